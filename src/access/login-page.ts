/** Inline, so the page has nothing to load; the security headers allow style and no script. */
const STYLE = `
  :root { color-scheme: light dark; font: 16px/1.6 system-ui, "PingFang SC", "Microsoft YaHei", sans-serif;
    --page: #f4f6f5; --card: #fff; --ink: #1b1f1d; --quiet: #58615c; --line: #8a948f; --accent: #06753c; --fault: #b3261e }
  @media (prefers-color-scheme: dark) { :root {
    --page: #141716; --card: #1e2220; --ink: #eceeed; --quiet: #a9b2ad; --line: #6f7974; --accent: #4cc38a; --fault: #ff8a80 } }
  body { display: grid; place-items: center; min-height: 100vh; min-height: 100svh; margin: 0; padding: 1rem;
    box-sizing: border-box; background: var(--page); color: var(--ink) }
  main { width: 100%; max-width: 24rem; box-sizing: border-box; padding: 1.5rem 1.5rem 1rem; border-radius: .75rem;
    background: var(--card); box-shadow: 0 1px 3px #0003 }
  h1 { font-size: 1.5rem; line-height: 1.3; margin: 0 0 1rem }
  small { font-size: .875rem; color: var(--quiet) }
  label, input, button { display: block; width: 100%; box-sizing: border-box; font: inherit }
  label { font-weight: 600 }
  label small { font-weight: normal }
  input { margin: .25rem 0 1rem; padding: .5rem .75rem; border: 1px solid var(--line); border-radius: .5rem;
    background: var(--card); color: inherit }
  input[aria-invalid=true] { border-color: var(--fault) }
  button { padding: .625rem; border: 0; border-radius: .5rem; background: var(--accent); color: var(--card);
    font-weight: 600; cursor: pointer }
  button small { color: inherit; font-weight: normal }
  button:hover { filter: brightness(1.1) }
  :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
  [role=alert], .hint { margin: 0 0 1rem }
  [role=alert] { border-left: 3px solid var(--fault); padding-left: .75rem; color: var(--fault) }
  [role=alert] small { display: block; color: inherit }
  .hint { margin-top: 1rem; font-size: .875rem; color: var(--quiet) }
  code { overflow-wrap: anywhere }
`;

export type LoginFailure = 'wrong-key' | 'foreign' | 'session-ended';

const FAILURES: Readonly<Record<LoginFailure, string>> = {
  'wrong-key':
    '密钥不正确，请重新输入。 <small lang="en">That is not a valid key. Try again.</small>',
  foreign: '请从本页登录。 <small lang="en">Please log in from this page.</small>',
  'session-ended':
    '登录已过期，请重新登录。 <small lang="en">Your session has ended. Please log in again.</small>',
};

interface LoginPage {
  /** Where to go afterwards. */
  readonly next: string;
  readonly failure?: LoginFailure | undefined;
  /** Of `PUBLIC_URL`: browsers see us under it. */
  readonly basePath: string;
}

/** The form that takes a key once. */
export const loginPage = ({ next, failure, basePath }: LoginPage): string =>
  `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>登录 · Weicast 微播</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>Weicast 微播</h1>
${failure === undefined ? '' : `<p id="fault" role="alert">${FAILURES[failure]}</p>`}
<form method="post" action="${escapeHtml(basePath)}/login">
<label for="key">API 密钥 <small lang="en">API key</small></label>
<input id="key" name="key" type="password" required autofocus maxlength="512" autocomplete="current-password"${failure === undefined ? '' : ' aria-describedby="fault"'}${failure === 'wrong-key' ? ' aria-invalid="true"' : ''}>
<input name="next" type="hidden" value="${escapeHtml(localPath(next))}">
<button type="submit">登录 <small lang="en">Log in</small></button>
</form>
<p class="hint">密钥丢了？设新的 <code>WEICAST_ADMIN_KEY</code> 并重启。<br><span lang="en">Lost it? Restart with <code>WEICAST_ADMIN_KEY</code> set to a new one.</span></p>
</main>
</body>
</html>
`;

/** The console; where it is left out, this leads on to the API's documentation. */
const HOME = '/';

/** The path, if it is one of this installation, else the first page: a login leads to no other site. */
export const localPath = (next: string | undefined): string =>
  next !== undefined && /^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(next) && next.length <= 2_000
    ? next
    : HOME;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
