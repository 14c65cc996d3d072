import { useSyncExternalStore } from 'react';
import { ALIAS, DARK, LIGHT, SEED } from './tokens';
import { STATE_INKS } from './state-inks';

export type Mode = 'light' | 'dark';
export type ModeChoice = Mode | 'system';

const KEY = 'weicast.theme';
const system = matchMedia('(prefers-color-scheme: dark)');
const listeners = new Set<() => void>();

let choice: ModeChoice = stored();

const modeChoice = (): ModeChoice => choice;
const modeNow = (): Mode => (choice === 'system' ? (system.matches ? 'dark' : 'light') : choice);

export function chooseMode(next: ModeChoice): void {
  choice = next;
  try {
    localStorage.setItem(KEY, next);
  } catch {
    // A browser may forbid storage; the choice then lasts as long as the page.
  }
  apply();
}

/** Writes the palette as custom properties, for everything that antd does not draw. */
export function apply(): void {
  const mode = modeNow();
  const root = document.documentElement;
  root.dataset['theme'] = mode;
  const properties = {
    ...(mode === 'dark' ? DARK : LIGHT),
    ...ALIAS[mode],
    ...STATE_INKS[mode],
    fontFamily: SEED.fontFamily,
    fontFamilyCode: SEED.fontFamilyCode,
  };
  for (const [name, value] of Object.entries(properties))
    root.style.setProperty(`--${name}`, value);
  for (const listener of listeners) listener();
}
system.addEventListener('change', apply);

export const useMode = (): Mode => useSyncExternalStore(subscribe, modeNow);
export const useModeChoice = (): ModeChoice => useSyncExternalStore(subscribe, modeChoice);

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function stored(): ModeChoice {
  try {
    const kept = localStorage.getItem(KEY);
    return kept === 'light' || kept === 'dark' ? kept : 'system';
  } catch {
    return 'system';
  }
}
