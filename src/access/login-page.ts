import type { LoginConfig } from '../config/config.js';
import type { Bilingual } from '../kernel/bilingual.js';
import { escapeHtml, plainPage } from './plain-page.js';

const FAILURES = {
  'wrong-login':
    '登录名或密码不正确，请重新输入。 <small lang="en">The login or the password is wrong. Try again.</small>',
  'wrong-key':
    '密钥不正确，请重新输入。 <small lang="en">That is not a valid key. Try again.</small>',
  'code-required':
    '请再次输入密码，并填写验证器上的 6 位验证码或一个恢复码。 <small lang="en">Type the password once more, with the 6 digits of your authenticator app or a recovery code.</small>',
  'wrong-code':
    '验证码不正确或已用过，请等下一个再试。 <small lang="en">The code is wrong or was used before. Try the next one.</small>',
  'too-many':
    '登录失败次数过多，请稍后再试。 <small lang="en">Too many logins failed. Try again later.</small>',
  busy: '同时登录的人太多，请几秒后再试。 <small lang="en">Too many people log in at once. Try again in a few seconds.</small>',
  disabled:
    '该成员已停用，请联系管理员。 <small lang="en">This operator has been disabled: ask an admin.</small>',
  'password-off':
    '本服务已关闭密码登录，请用下面的方式登录。 <small lang="en">Logins by password are off here. Use one of the ways below.</small>',
  foreign: '请从本页登录。 <small lang="en">Please log in from this page.</small>',
  'session-ended':
    '登录已过期，请重新登录。 <small lang="en">Your session has ended. Please log in again.</small>',
  'password-changed':
    '密码已修改，请用新密码登录。 <small lang="en">The password has been changed. Log in with the new one.</small>',
} as const;

export type LoginFailure = keyof typeof FAILURES;

interface LoginPage {
  /** Where to go afterwards. */
  readonly next: string;
  readonly failure?: LoginFailure | undefined;
  /** In place of a failure, a sentence of its own. */
  readonly fault?: Bilingual | undefined;
  /** How people may come in here. */
  readonly ways: Pick<LoginConfig, 'passwords' | 'oidc'>;
  /** Of `PUBLIC_URL`: browsers see us under it. */
  readonly basePath: string;
  /** As it was typed before; a password is typed anew. */
  readonly login?: string | undefined;
}

/** The forms that take a login or a key once, for browsers with scripts and without. */
export const loginPage = (page: LoginPage): string =>
  plainPage(
    '登录',
    `${alertOf(page)}
${providerLink(page)}
${page.ways.passwords ? passwordForm(page) : ''}
${keyForm(page)}`,
  );

function alertOf({ failure, fault }: LoginPage): string {
  if (failure !== undefined) return alert(FAILURES[failure]);
  if (fault === undefined) return '';
  const { zh, en } = fault;
  return alert(`${escapeHtml(zh)} <small lang="en">${escapeHtml(en)}</small>`);
}

const alert = (html: string): string => `<p id="fault" role="alert">${html}</p>`;

function providerLink({ basePath, next, ways: { oidc, passwords } }: LoginPage): string {
  if (oidc === undefined) return '';
  const { name } = oidc;
  const words =
    name === undefined
      ? '用单位账号登录 <small lang="en">Log in with your company account</small>'
      : `用${escapeHtml(` ${name} `)}登录 <small lang="en">Log in with ${escapeHtml(name)}</small>`;
  const href = `${basePath}/oidc/login?next=${encodeURIComponent(localPath(next))}`;
  return `<a class="button${passwords ? ' other' : ''}" href="${escapeHtml(href)}">${words}</a>`;
}

const ASKS_CODE: readonly (LoginFailure | undefined)[] = ['code-required', 'wrong-code'];

function passwordForm({ basePath, next, failure, login = '' }: LoginPage): string {
  const asksCode = ASKS_CODE.includes(failure);
  const faulty = failure === 'wrong-login' ? ' aria-invalid="true" aria-describedby="fault"' : '';
  const onCode = failure === 'wrong-code' ? ' aria-invalid="true"' : '';
  return `<form method="post" action="${escapeHtml(basePath)}/login">
<label for="login">登录名 <small lang="en">Login</small></label>
<input id="login" name="login" type="text" required maxlength="256" autocomplete="username" autocapitalize="none" spellcheck="false" value="${escapeHtml(login)}"${login === '' ? ' autofocus' : ''}${faulty}>
<label for="password">密码 <small lang="en">Password</small></label>
<input id="password" name="password" type="password" required maxlength="1024" autocomplete="current-password"${login === '' ? '' : ' autofocus'}${faulty}>
${
  asksCode
    ? `<label for="code">验证码或恢复码 <small lang="en">Code or recovery code</small></label>
<input id="code" name="code" type="text" required maxlength="64" autocomplete="one-time-code" autocapitalize="none" spellcheck="false" aria-describedby="fault"${onCode}>
`
    : ''
}${nextField(next)}
<button type="submit">登录 <small lang="en">Log in</small></button>
</form>
<p class="hint">忘了密码？请管理员重置；管理员自己可在服务器上运行 <code>npm run operator -- reset</code>。<br><span lang="en">Forgotten? Ask an admin for a new one; a lost admin runs <code>npm run operator -- reset</code> on the server.</span></p>`;
}

/** Folded away: people have logins. */
function keyForm({ basePath, next, failure }: LoginPage): string {
  const faulty = failure === 'wrong-key' ? ' aria-invalid="true" aria-describedby="fault"' : '';
  const form = `<form method="post" action="${escapeHtml(basePath)}/login">
<label for="key">API 密钥 <small lang="en">API key</small></label>
<input id="key" name="key" type="password" required maxlength="512" autocomplete="off"${faulty}>
${nextField(next)}
<button type="submit">用密钥登录 <small lang="en">Log in by key</small></button>
</form>
<p class="hint">密钥丢了？设新的 <code>WEICAST_ADMIN_KEY</code> 并重启。<br><span lang="en">Lost it? Restart with <code>WEICAST_ADMIN_KEY</code> set to a new one.</span></p>`;
  return `<details${failure === 'wrong-key' ? ' open' : ''}>
<summary>用 API 密钥登录 <small lang="en">Log in by an API key</small></summary>
${form}
</details>`;
}

const nextField = (next: string): string =>
  `<input name="next" type="hidden" value="${escapeHtml(localPath(next))}">`;

/** The console; where it is left out, this leads on to the API's documentation. */
const HOME = '/';

/** The path, if it is one of this installation, else the first page: a login leads to no other site. */
export const localPath = (next: string | undefined): string =>
  next !== undefined && /^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(next) && next.length <= 2_000
    ? next
    : HOME;
