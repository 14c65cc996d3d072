import { isReleasedPage } from './released-pages.js';

describe('the pages of a released app', () => {
  const app = { pages: ['pages/index', '/pages/course'], wxopen: false };

  it.each(['pages/index', '/pages/index', 'pages/course?id=1', '', undefined])(
    'a released app has the page %j',
    (page) => expect(isReleasedPage(app, page)).toBe(true),
  );

  it.each(['pages/ind', 'pages/other?from=pages/index', 7])(
    'a released app does not have the page %j',
    (page) => {
      expect(isReleasedPage(app, page)).toBe(false);
    },
  );

  it('a released app without named pages has every page', () => {
    expect(isReleasedPage({ pages: [], wxopen: false }, 'pages/other')).toBe(true);
  });
});
