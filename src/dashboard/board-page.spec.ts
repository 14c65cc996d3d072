import { boardPage } from './board-page.js';

const PAGE =
  '<html><head><link href="https://fonts.googleapis.com/x" rel="stylesheet"></head>' +
  '<body><div id="root"></div></body></html>';

describe("the board's page", () => {
  it("the board's page leads to the rooms of the console, below the path of the installation", () => {
    const page = boardPage(PAGE, { basePath: '/weicast', hasConsole: true });
    for (const path of ['/broadcasts', '/recipients', '/settings/system', '/logout', '/'])
      expect(page).toContain(`href="/weicast${path}"`);
    expect(page).not.toContain('fonts.googleapis.com');
  });

  it("the board's page leads to no room where there is no console", () => {
    const page = boardPage(PAGE, { basePath: '', hasConsole: false });
    expect(page).toContain('送达查询');
    expect(page).not.toContain('href="/recipients"');
  });
});
