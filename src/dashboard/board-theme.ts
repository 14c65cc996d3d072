import type { createBullBoard } from '@bull-board/api';

type Options = NonNullable<Parameters<typeof createBullBoard>[0]['options']>;
type Theme = NonNullable<NonNullable<Options['uiConfig']>['theme']>;

const FONTS =
  "-apple-system, 'PingFang SC', 'HarmonyOS Sans SC', 'Microsoft YaHei UI', 'Noto Sans CJK SC', 'WenQuanYi Micro Hei', 'Segoe UI', Roboto, sans-serif";
const MONO = "ui-monospace, 'SF Mono', 'Cascadia Mono', Consolas, monospace";

/** The colours of the console, under the board's names for them. */
export const BOARD_THEME: Theme = {
  light: {
    'font-sans': FONTS,
    'font-mono': MONO,
    background: '#f6f5f1',
    foreground: '#1d2430',
    card: '#ffffff',
    popover: '#ffffff',
    primary: '#1f4e9e',
    'primary-foreground': '#ffffff',
    secondary: '#ece9e2',
    'secondary-foreground': '#1d2430',
    muted: '#f1efe9',
    'muted-foreground': '#5f6877',
    accent: '#eaf0fa',
    'accent-foreground': '#173c7c',
    destructive: '#b3261e',
    border: '#e4e1d8',
    input: '#858a93',
    sidebar: '#ffffff',
    'sidebar-foreground': '#4a5363',
    'sidebar-accent': '#f1efe9',
    'sidebar-border': '#e4e1d8',
  },
  dark: {
    'font-sans': FONTS,
    'font-mono': MONO,
    background: '#12151b',
    foreground: '#e6e8ec',
    card: '#1a1e26',
    popover: '#222732',
    primary: '#8db4f2',
    'primary-foreground': '#10203c',
    secondary: '#313845',
    'secondary-foreground': '#e6e8ec',
    muted: '#272d38',
    'muted-foreground': '#9ea6b3',
    accent: '#1e2b42',
    'accent-foreground': '#abc8f7',
    destructive: '#ff9a92',
    border: '#323945',
    input: '#727b8a',
    sidebar: '#1a1e26',
    'sidebar-foreground': '#b4bbc7',
    'sidebar-accent': '#272d38',
    'sidebar-border': '#323945',
  },
};
