/** Inline, so the page has nothing to load; the security headers allow style and no script. */
const STYLE = `
  :root { color-scheme: light dark; font: 16px/1.6 system-ui, "PingFang SC", "Microsoft YaHei", sans-serif }
  body { display: grid; place-items: center; min-height: 100vh; margin: 0 }
  main { width: min(24rem, 90vw) }
  h1 { font-size: 1.5rem; margin: 0 0 1rem }
  small { opacity: .7; font-weight: normal }
  label, input, button { display: block; width: 100%; box-sizing: border-box; font: inherit }
  input { margin: .25rem 0 1rem; padding: .5rem }
  button { padding: .5rem; cursor: pointer }
  [role=alert] { border-left: 3px solid #c00; padding-left: .75rem }
`;

export type LoginFailure = 'wrong-key' | 'foreign';

const FAILURES: Readonly<Record<LoginFailure, string>> = {
  'wrong-key': '密钥不正确。 <small>That key is not a good one.</small>',
  foreign: '请从本页登录。 <small>Please log in from this page.</small>',
};

interface LoginPage {
  /** Where to go afterwards. */
  readonly next: string;
  readonly failure?: LoginFailure;
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
${failure === undefined ? '' : `<p role="alert">${FAILURES[failure]}</p>`}
<form method="post" action="${escapeHtml(basePath)}/login">
<label for="key">API 密钥 <small>API key</small></label>
<input id="key" name="key" type="password" required autofocus autocomplete="current-password">
<input name="next" type="hidden" value="${escapeHtml(localPath(next))}">
<button type="submit">登录 <small>Log in</small></button>
</form>
</main>
</body>
</html>
`;

const HOME = '/docs';

/** A path of this installation, or its first page: nobody is sent elsewhere from a login. */
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
