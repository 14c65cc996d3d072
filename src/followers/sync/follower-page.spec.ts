import { followerPage } from './follower-page.js';

const full = { total: 5, count: 2, data: { openid: ['a', 'b'] }, next_openid: 'b' };

describe('follower-page', () => {
  it('a page of WeChat’s follower list leads to the next one by its next_openid', () => {
    expect(followerPage(full, null)).toEqual({
      openids: ['a', 'b'],
      skipped: 0,
      total: 5,
      next: 'b',
    });
  });

  it.each([
    ['count is 0', { total: 5, count: 0, next_openid: '' }, []],
    ['count is 0, though a cursor stands there', { total: 5, count: 0, next_openid: 'c' }, []],
    ['count is 0 and data is empty', { total: 5, count: 0, data: {}, next_openid: '' }, []],
    [
      'count is 0 and data holds an empty string',
      { total: 5, count: 0, data: { openid: [''] } },
      [],
    ],
    ['data is missing', { total: 5, count: 2, next_openid: 'b' }, []],
    ['next_openid is empty', { ...full, next_openid: '' }, ['a', 'b']],
    ['next_openid is missing', { total: 5, count: 2, data: { openid: ['a', 'b'] } }, ['a', 'b']],
    ['next_openid is the cursor that was sent', { ...full, next_openid: 'sent' }, ['a', 'b']],
  ])('a page of WeChat’s follower list is the last one when %s', (_, answer, openids) => {
    expect(followerPage(answer, 'sent')).toEqual({ openids, skipped: 0, total: 5, next: null });
  });

  it('a page of WeChat’s follower list is rid of empty strings, doubles, and what is no openid', () => {
    const openid = ['a', '', 'a', 'b:c', 'b', '甲', 7, 'x'.repeat(65), 'x'.repeat(64)];
    expect(followerPage({ ...full, data: { openid } }, null)).toMatchObject({
      openids: ['a', 'b', 'x'.repeat(64)],
      skipped: 4,
    });
  });

  it('a page of WeChat’s follower list may count in strings', () => {
    expect(followerPage({ ...full, total: '5', count: '0' }, null)).toMatchObject({
      total: 5,
      next: null,
    });
  });

  it.each([
    [{}],
    [{ errcode: 0, errmsg: 'ok' }],
    [{ ...full, data: 'x' }],
    [{ ...full, data: {} }],
    [{ ...full, next_openid: 'a b' }],
    [{ ...full, next_openid: 7 }],
  ])(
    'a page of WeChat’s follower list is none, and not the end either, when it is %j',
    (answer) => {
      expect(followerPage(answer, null)).toBeUndefined();
    },
  );
});
