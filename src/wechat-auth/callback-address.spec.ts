import fc from 'fast-check';
import { readAddress } from './callback-address.js';

const appid = 'wx0123456789abcdef';
const right = `/wechat/${appid}/callback`;

describe("the callback's address", () => {
  it.each(['', '?', '?signature=a&nonce=/wechat//'])(
    'the callback\'s address is exact, with the query "%s"',
    (query) => {
      expect(readAddress(`${right}${query}`)).toEqual({ appid, rawQuery: query.slice(1) });
    },
  );

  it.each([
    `${right}/`,
    `${right}//`,
    `/${right}`,
    `/wechat//${appid}/callback`,
    `/wechat/${appid}//callback`,
    `/WeChat/${appid}/callback`,
    `/wechat/${appid.toUpperCase()}/callback`,
    `/wechat/${appid}/Callback`,
    `/%77echat/${appid}/callback`,
    `/wechat/%77x0123456789abcdef/callback`,
    `/wechat/${appid}%2Fcallback`,
    `${right}%20`,
    `${right}%2f?a=b`,
    `/prefix/wechat/${appid}/callback`,
    `/wechat/./${appid}/callback`,
    `/wechat/x/../${appid}/callback`,
    `http://weicast.example${right}`,
  ])("the callback's address is nearly met by %s, which is told the right one", (url) => {
    expect(readAddress(url)).toEqual({ instead: right, appid });
  });

  it.each(['/wechat', '/wechat/', `/wechat/${appid}`, `/wechat/${appid}/callbacks`, '/wechat/%'])(
    "the callback's address is nearly met by %s",
    (url) => {
      expect(readAddress(url)).toMatchObject({
        instead: expect.stringMatching(/^\/wechat\/.*\/callback$/) as string,
      });
    },
  );

  it.each([
    '/',
    '/v1/accounts',
    `/v1/accounts/${appid}`,
    '/login?next=/wechat/',
    '/wechats',
    '*',
    '',
  ])("the callback's address is not meant by %s", (url) => {
    expect(readAddress(url)).toBeUndefined();
  });

  it("the callback's address is read without an exception from anything", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.webUrl(),
          fc.string().map((s) => `${right}${s}`),
        ),
        (url) => {
          readAddress(url);
        },
      ),
    );
  });
});
