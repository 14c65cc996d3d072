import { escapeHtml, plainPage } from './plain-page.js';

/** A button, not a link: what ends a session is asked for by POST, from a page of ours. */
export const logoutPage = (basePath: string, name: string): string =>
  plainPage(
    '退出登录',
    `<p>已登录：${escapeHtml(name)} <small lang="en">You are logged in.</small></p>
<form method="post" action="${escapeHtml(basePath)}/logout">
<button type="submit">退出登录 <small lang="en">Log out</small></button>
</form>
<p class="hint"><a href="${escapeHtml(basePath)}/">不退出，返回 <span lang="en">Stay, and go back</span></a></p>`,
  );
