/** The page loads two fonts from a foreign host, which our content policy and closed networks refuse. */
const FOREIGN_FONTS = /<link[^>]*\bhref="https:\/\/fonts\.[^>]*>/g;

/** How the board's page is reached by browsers. */
export interface BoardPlace {
  /** Of `PUBLIC_URL`; empty where it has no path. */
  readonly basePath: string;
  /** Without the console there are no rooms to lead to. */
  readonly hasConsole: boolean;
}

/** The board's page with a line below it: why it is usually empty, and where to look instead. */
export const boardPage = (page: string, place: BoardPlace): string =>
  page
    .replace(FOREIGN_FONTS, '')
    .replace('</head>', `<style>${STYLE}</style></head>`)
    .replace('<div id="root">', `${whereToLook(place)}<div id="root">`);

/** The colours of the board's own theme, so that the line follows its light and dark. */
const STYLE = `
  #where { position: fixed; inset: auto 0 0 0; z-index: 20; box-sizing: border-box; padding: 8px 16px;
    display: flex; gap: 4px 24px; align-items: center; justify-content: space-between; flex-wrap: wrap;
    background: var(--card); color: var(--foreground); border-top: 1px solid var(--border);
    font-size: 13px; line-height: 1.5 }
  #where p { margin: 0; flex: 1 1 480px } #where small { font-size: 12px; color: var(--muted-foreground) }
  #where a { color: var(--primary); text-underline-offset: 2px } #where nav { display: flex; gap: 16px }
  @media (min-width: 768px) { body:not([data-sidebar-collapsed=true]) #where {
    padding-inline-start: calc(var(--menu-width) + 16px) } }
  main { padding-bottom: 96px }
`;

function whereToLook({ basePath, hasConsole }: BoardPlace): string {
  const room = (path: string, words: string): string =>
    hasConsole ? `<a href="${basePath}${path}">${words}</a>` : words;
  return `<aside id="where"><p>平时几乎是空的：真实状态在数据库里，作业只负责叫醒，做完就删。发到哪里看${room('/broadcasts', '发送任务')}，某个人收到什么看${room('/recipients', '送达查询')}，服务是否正常看${room('/settings/system', '系统状态')}。<br>
<small lang="en">Usually empty: what is true is in the database, a job only wakes somebody and is gone once it is done. Look at ${room('/broadcasts', 'broadcasts')}, at ${room('/recipients', 'one person')}, or at ${room('/settings/system', 'the service')}.</small></p>
<nav><a href="${basePath}/">返回 <span lang="en">Back</span></a><a href="${basePath}/logout">退出登录 <span lang="en">Log out</span></a></nav></aside>`;
}
