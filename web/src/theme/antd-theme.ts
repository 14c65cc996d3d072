import { theme, type ThemeConfig } from 'antd';
import { ALIAS, COMPONENTS, DARK, LIGHT, SEED } from './tokens';
import type { Mode } from './mode';

/** Motion that base.css cuts to nothing may never tell its end, and antd waits for that: a spinner stays in a button. */
const calm = matchMedia('(prefers-reduced-motion: reduce)');

/** Without an algorithm of our own antd derives muddy tints from the seeds, and drops colours that are given to it. */
export function antdTheme(mode: Mode): ThemeConfig {
  const palette = mode === 'dark' ? DARK : LIGHT;
  const base = mode === 'dark' ? theme.darkAlgorithm : theme.defaultAlgorithm;
  const tokens: Record<string, string | number | boolean> = {
    ...SEED,
    ...palette,
    ...ALIAS.both,
    ...ALIAS[mode],
  };
  return {
    algorithm: (seed, map) => ({ ...base(seed, map), ...palette }),
    token: { ...SEED, ...ALIAS.both, ...ALIAS[mode], motion: !calm.matches },
    components: filled(tokens),
    cssVar: { key: 'weicast' },
    hashed: false,
  };
}

function filled(
  tokens: Readonly<Record<string, string | number | boolean>>,
): ThemeConfig['components'] {
  const fill = (value: string | number): string | number | boolean => {
    const name = typeof value === 'string' ? /^\{(\w+)\}$/.exec(value)?.[1] : undefined;
    return name === undefined ? value : (tokens[name] ?? value);
  };
  return Object.fromEntries(
    Object.entries(COMPONENTS).map(([component, values]) => [
      component,
      Object.fromEntries(Object.entries(values).map(([name, value]) => [name, fill(value)])),
    ]),
  );
}
