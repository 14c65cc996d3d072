import { isReleasedPage } from './released-pages.js';

describe('the pages of a released app', () => {
  const app = { pages: ['pages/index', '/pages/course'], wxopen: false };

  it.each(['pages/index', '/pages/index', 'pages/course?id=1', '', undefined])(
    'have %j among them',
    (page) => expect(isReleasedPage(app, page)).toBe(true),
  );

  it.each(['pages/ind', 'pages/other?from=pages/index', 7])('do not have %j', (page) => {
    expect(isReleasedPage(app, page)).toBe(false);
  });

  it('are any when none is named', () => {
    expect(isReleasedPage({ pages: [], wxopen: false }, 'pages/other')).toBe(true);
  });
});
