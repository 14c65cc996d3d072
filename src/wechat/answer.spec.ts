import fc from 'fast-check';
import { readAnswer } from './answer.js';
import { WechatRefusal, WechatUnreachable } from './wechat.errors.js';

const read = (body: string, status = 200) => readAnswer('/cgi-bin/x', status, Buffer.from(body));

function errorOf(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('it was accepted');
}

describe('an answer', () => {
  it('an answer keeps a msgid above 2^53 to the last digit', () => {
    expect(read('{"errcode":0,"errmsg":"ok","msgid":271781022721654784}')).toEqual({
      errcode: 0,
      errmsg: 'ok',
      msgid: '271781022721654784',
    });
  });

  it.each(['{"msgid": 3487542469355618313 }', '{ "msgid"\n:\t3487542469355618313\n}'])(
    'an answer keeps a msgid with whatever white space around it: %j',
    (body) => {
      expect(read(body)['msgid']).toBe('3487542469355618313');
    },
  );

  it('an answer keeps any 64-bit msgid beside any errmsg', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.string(), (msgid, errmsg) => {
        const body = `{"errmsg":${JSON.stringify(errmsg)},"msgid":${msgid},"errcode":0}`;
        expect(read(body)).toEqual({ errmsg, msgid: String(msgid), errcode: 0 });
      }),
    );
  });

  it('an answer leaves text that only looks like a msgid alone', () => {
    const errmsg = 'the field "msgid": 12, is odd';
    expect(read(JSON.stringify({ errmsg }))).toEqual({ errmsg });
  });

  it('an answer without an errcode is taken for a success', () => {
    expect(read('{"access_token":"t","expires_in":7200}')).toEqual({
      access_token: 't',
      expires_in: 7200,
    });
  });

  it('an answer reads an errcode that comes as a string', () => {
    expect(read('{"errcode":"0"}')).toEqual({ errcode: 0 });
    expect(errorOf(() => read('{"errcode":"45011","errmsg":"slow"}'))).toMatchObject({
      errcode: 45011,
    });
  });

  it('an answer tolerates raw control characters inside strings, keeping tabs and line ends', () => {
    const body =
      '\uFEFF{\n"content":"{{thing1.DATA}}\n{{thing2.DATA}}\t\u0000\u0001\\"end","errcode":0\r\n}';
    expect(read(body)).toEqual({ content: '{{thing1.DATA}}\n{{thing2.DATA}}\t"end', errcode: 0 });
  });

  it('an answer is a refusal with errcode, errmsg and rid when WeChat said no', () => {
    const error = errorOf(() =>
      read('{"errcode":40003,"errmsg":"invalid openid rid: 5f2b6c4a-1c4f0d2b-7a6e8f90"}'),
    );
    expect(error).toBeInstanceOf(WechatRefusal);
    expect(error).toMatchObject({
      errcode: 40003,
      errmsg: 'invalid openid rid: 5f2b6c4a-1c4f0d2b-7a6e8f90',
      rid: '5f2b6c4a-1c4f0d2b-7a6e8f90',
      path: '/cgi-bin/x',
    });
  });

  it('an answer tells the msgid that stands beside the errcode of a review, to the last digit', () => {
    const told = (msgid: string) =>
      errorOf(() => read(`{"errcode":40252,"errmsg":"no"${msgid}}`)) as WechatRefusal;
    expect(told(',"msgid":271781022721654784').msgid).toBe('271781022721654784');
    for (const none of ['', ',"msgid":0', ',"msgid":null']) expect(told(none).msgid).toBeNull();
  });

  it('an answer has no rid where WeChat gave none', () => {
    expect(
      errorOf(() => read('{"errcode":40003,"errmsg":"invalid openid hint: [abc]"}')),
    ).toMatchObject({
      rid: null,
    });
  });

  it('an answer holds no NUL in an errmsg, which the database could not store', () => {
    expect(errorOf(() => read('{"errcode":1,"errmsg":"a\\u0000b"}'))).toMatchObject({
      errmsg: 'ab',
    });
  });

  it('an answer is a refusal also under a status of 4xx, because only WeChat writes errcodes', () => {
    expect(errorOf(() => read('{"errcode":40001,"errmsg":"x"}', 403))).toBeInstanceOf(
      WechatRefusal,
    );
  });

  it.each([
    ['a gateway page', '<html>bad gateway</html>', 502],
    ['an errcode under 5xx', '{"errcode":40003,"errmsg":"x"}', 500],
    ['a success under 5xx', '{"errcode":0,"msgid":1}', 503],
    ['a success under 4xx', '{"errcode":0,"msgid":1}', 404],
    ['a page of HTML under 200', '<html>captive portal</html>', 200],
    ['nothing', '', 200],
    ['half a JSON', '{"errcode":0,"msgid":12', 200],
    ['a list', '[1,2]', 200],
    ['a string', '"ok"', 200],
    ['null', 'null', 200],
    ['an errcode that is no number', '{"errcode":"oops"}', 200],
    ['an errcode that is null', '{"errcode":null}', 200],
  ])('an answer proves nothing when it is %s', (_what, body, status) => {
    const error = errorOf(() => read(body, status));
    expect(error).toBeInstanceOf(WechatUnreachable);
    expect(error).toMatchObject({ sent: 'maybe' });
  });

  it('an answer never quotes a body, which may carry a token', () => {
    const error = errorOf(() => read('{"access_token":"s3cret"', 200)) as Error;
    expect(`${error.message} ${String(error.cause)}`).not.toContain('s3cret');
  });
});
