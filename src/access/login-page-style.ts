/** Inline, so the page has nothing to load; the security headers allow style and no script. */
export const LOGIN_STYLE = `
  :root { color-scheme: light dark; --page: #f6f5f1; --card: #fff; --hair: #e4e1d8; --line: #858a93; --ink: #1d2430;
    --quiet: #5f6877; --accent: #1f4e9e; --hover: #2b62bf; --on: #fff; --fault: #b3261e; --tint: #fbeae8; --rim: #e8b1ac;
    font: 14px/1.57 -apple-system, 'PingFang SC', 'HarmonyOS Sans SC', 'MiSans', 'Microsoft YaHei UI', 'Microsoft YaHei',
      'Noto Sans CJK SC', 'Noto Sans SC', 'WenQuanYi Micro Hei', 'Segoe UI', Roboto, sans-serif }
  @media (prefers-color-scheme: dark) { :root { --page: #12151b; --card: #1a1e26; --hair: #323945; --line: #727b8a;
    --ink: #e6e8ec; --quiet: #9ea6b3; --accent: #8db4f2; --hover: #abc8f7; --on: #10203c; --fault: #ff9a92;
    --tint: #3d1d1c; --rim: #7a3b38 } }
  body { display: grid; place-items: center; min-height: 100vh; min-height: 100svh; margin: 0; padding: 16px;
    box-sizing: border-box; background: var(--page); color: var(--ink) }
  main { width: 100%; max-width: 360px; box-sizing: border-box; padding: 32px 24px 20px; border-radius: 12px;
    background: var(--card); border: 1px solid var(--hair) }
  h1 { font-size: 22px; line-height: 1.3; font-weight: 600; margin: 0 0 24px; text-wrap: balance }
  small { font-size: 13px; color: var(--quiet); font-weight: 400 }
  label, input, button { display: block; width: 100%; box-sizing: border-box; font: inherit }
  label { font-weight: 500 }
  input { min-height: 44px; margin: 4px 0 16px; padding: 8px 12px; border: 1px solid var(--line); border-radius: 8px;
    background: var(--card); color: inherit; font-size: 16px }
  input[aria-invalid=true] { border-color: var(--fault) }
  .button { display: block; box-sizing: border-box; font: inherit; text-decoration: none }
  button, .button { min-height: 44px; padding: 10px 14px; border: 1px solid transparent; border-radius: 8px; font-weight: 500;
    text-align: center; cursor: pointer }
  button, .button { background: var(--accent); color: var(--on) }
  button small, .button small { color: inherit }
  button:hover, .button:hover { background: var(--hover); color: var(--on) }
  details button, .other { background: none; border-color: var(--line); color: var(--ink) }
  details button:hover, .other:hover { background: none; border-color: var(--hover); color: var(--hover) }
  .other { margin: 0 0 20px }
  :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
  [role=alert] { margin: 0 0 20px; padding: 8px 12px; border: 1px solid var(--rim); border-radius: 8px;
    background: var(--tint); color: var(--fault) }
  [role=alert] small { display: block; color: inherit }
  details { margin-top: 20px; padding-top: 16px; border-top: 1px solid var(--hair) }
  summary { cursor: pointer; color: var(--quiet); font-size: 13px; padding: 4px 0 }
  details[open] summary { margin-bottom: 12px }
  a { color: var(--accent); text-underline-offset: 2px } a:hover { color: var(--hover) }
  .hint { margin: 16px 0 0; font-size: 13px; color: var(--quiet) }
  .hint code { white-space: nowrap }
  code { overflow-wrap: anywhere; font-family: ui-monospace, 'SF Mono', 'Cascadia Mono', Consolas, monospace }
`;
