import { once } from 'node:events';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';
import { ok, RawWechat } from '../../test/support/wechat/raw-wechat.js';
import { SendingConfig, WechatConfig } from '../config/config.js';
import { ProxyConfig } from '../config/proxy-config.js';
import { PretendedWechats } from './pretended-wechats.js';
import { StaleWrite, WechatRefusal, WechatUnreachable } from './wechat.errors.js';
import { type WechatRequest, WechatTransport } from './wechat.transport.js';

const ACCOUNT = { appid: 'wx0123456789abcdef', apiBase: null };
const SEND: WechatRequest = {
  path: '/cgi-bin/message/template/send',
  query: { access_token: 'S3CRET_TOKEN' },
  body: '{"touser":"o-amy","data":{"thing1":{"value":"你好"}}}',
  timeoutMs: 30_000, // a busy machine is not what is tested
};
/** For those whose answer never ends. */
const SHORT_PATIENCE_MS = 1_500;

describe('the transport', () => {
  let wechat: RawWechat;
  let transport: WechatTransport;
  const transportTo = (origin: string) =>
    new WechatTransport(
      new WechatConfig(origin, true),
      new SendingConfig(4, 1000),
      new ProxyConfig(),
      new PretendedWechats(),
    );
  const failure = async (request: WechatRequest = SEND): Promise<Error> => {
    const outcome = await transport.exchange(ACCOUNT, request).catch((error: unknown) => error);
    if (!(outcome instanceof Error)) throw new Error(`it was answered: ${inspect(outcome)}`);
    return outcome;
  };

  beforeEach(async () => {
    wechat = new RawWechat();
    await wechat.listen();
    transport = transportTo(wechat.origin);
  });
  afterEach(async () => {
    await wechat.close();
    await transport.onApplicationShutdown();
  });

  describe('speaks HTTP so', () => {
    it('the transport sends a body as JSON in raw UTF-8, with the token in the query', async () => {
      await transport.exchange(ACCOUNT, SEND);

      const [head, body] = wechat.requests[0]?.split('\r\n\r\n') ?? [];
      expect(head).toMatch(
        /^POST \/cgi-bin\/message\/template\/send\?access_token=S3CRET_TOKEN HTTP\/1.1\r\n/,
      );
      expect(head).toContain('content-type: application/json');
      expect(body).toBe(SEND.body);
    });

    it('the transport makes a call without a body a GET, its query escaped', async () => {
      await transport.exchange(ACCOUNT, {
        path: '/cgi-bin/user/get',
        query: { next_openid: 'a b&c' },
      });

      expect(wechat.requests[0]).toMatch(
        /^GET \/cgi-bin\/user\/get\?next_openid=a%20b%26c HTTP\/1.1\r\n/,
      );
      expect(wechat.requests[0]).not.toMatch(/content-(type|length)/i);
    });

    it('a connection of the transport serves one request after the other', async () => {
      for (let i = 0; i < 3; i++) {
        await transport.exchange(ACCOUNT, SEND);
        await nextTurn(); // undici lets a connection rest for a turn
      }

      expect(wechat.requests).toHaveLength(3);
      expect(wechat.sockets).toHaveLength(1);
    });

    it('a connection of the transport serves no second request before it has answered the first', async () => {
      wechat.answer = (socket) => setTimeout(() => socket.write(ok('{"errcode":0}')), 50);
      await Promise.all([1, 2, 3].map(() => transport.exchange(ACCOUNT, SEND)));

      expect(wechat.sockets).toHaveLength(3);
    });
  });

  describe('reads', () => {
    it('the transport reads a msgid to the last digit, out of a body that comes in pieces', async () => {
      const body = Buffer.from('{"errcode":0,"errmsg":"好","msgid":271781022721654784}');
      wechat.answer = (socket) => {
        socket.write(ok('', body.length));
        // The cut goes through the character and, later, through the number.
        const [a, b] = [body.indexOf('好') + 1, body.indexOf('2717') + 6];
        socket.write(body.subarray(0, a));
        setTimeout(() => socket.write(body.subarray(a, b)), 20);
        setTimeout(() => socket.write(body.subarray(b)), 40);
      };

      expect(await transport.exchange(ACCOUNT, SEND)).toEqual({
        errcode: 0,
        errmsg: '好',
        msgid: '271781022721654784',
      });
    });

    it('the transport reads raw control characters inside strings', async () => {
      wechat.answer = (socket) => socket.write(ok('{"errcode":0,"errmsg":"a\u0001b\nc"}'));

      expect(await transport.exchange(ACCOUNT, SEND)).toEqual({ errcode: 0, errmsg: 'ab\nc' });
    });

    it('the transport reads a refusal, and goes on with the same connection', async () => {
      wechat.answer = (socket) =>
        socket.write(ok('{"errcode":"43004","errmsg":"require subscribe rid: 1-2-3"}'));

      expect(await failure()).toBeInstanceOf(WechatRefusal);
      await nextTurn();
      expect(await failure()).toMatchObject({ errcode: 43004, rid: '1-2-3', path: SEND.path });
      expect(wechat.sockets).toHaveLength(1);
    });
  });

  describe('says "maybe sent" and never sends a second time when', () => {
    afterEach(() => expect(wechat.requests).toHaveLength(1));

    const cases: Record<string, RawWechat['answer']> = {
      'no answer comes in time': () => {},
      'the headers come and the body does not': (socket) => socket.write(ok('{"errc', 20)),
      'the body trickles': (socket) => {
        socket.write(ok('', 1_000));
        const drip = setInterval(() => socket.write(' '), 20);
        socket.once('close', () => clearInterval(drip));
      },
      'the connection is reset before the answer': (socket) => socket.resetAndDestroy(),
      'the connection is closed before the answer': (socket) => socket.end(),
      'the connection is reset within the answer': (socket) => {
        socket.write(ok('{"errcode":0,', 40));
        setTimeout(() => socket.resetAndDestroy(), 20);
      },
      'the connection is closed within the answer': (socket) => socket.end(ok('{"errcode":0,', 40)),
      'the answer is larger than one MiB': (socket) =>
        socket.write(ok(JSON.stringify({ errcode: 0, errmsg: 'x'.repeat(1024 * 1024) }))),
      'the answer is no JSON': (socket) => socket.write(ok('<html>')),
      'the answer is a gateway page': (socket) =>
        socket.write('HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n'),
      'the answer is no HTTP': (socket) => socket.write('S3CRET_TOKEN\r\n\r\n'),
    };
    it.each(Object.entries(cases))(
      'the transport says "maybe sent", and never sends a second time, when %s',
      async (_when, answer) => {
        wechat.answer = answer;
        const error = await failure({ ...SEND, timeoutMs: SHORT_PATIENCE_MS });

        expect(error).toBeInstanceOf(WechatUnreachable);
        expect(error).toMatchObject({ sent: 'maybe', path: SEND.path, cause: expect.anything() });
        // The way a logger would print it, with all its members and causes.
        expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('S3CRET_TOKEN');
      },
    );
  });

  it('the transport says "maybe sent", and sends no second time, when a connection that served before is reset', async () => {
    await transport.exchange(ACCOUNT, SEND);
    wechat.answer = (socket) => socket.resetAndDestroy();

    expect(await failure()).toMatchObject({ sent: 'maybe' });
    expect(wechat.requests).toHaveLength(2);
  });

  it('the transport opens a new connection when the server has closed the idle one', async () => {
    await transport.exchange(ACCOUNT, SEND);
    const [idle] = wechat.sockets;
    idle?.end();
    if (idle) await once(idle, 'close');

    expect(await transport.exchange(ACCOUNT, SEND)).toMatchObject({ errcode: 0 });
    expect(wechat.sockets).toHaveLength(2);
    expect(wechat.requests).toHaveLength(2);
  });

  describe('says "not sent" when', () => {
    it('the transport says "not sent" when nobody listens', async () => {
      await wechat.close();
      const error = await failure();

      expect(error).toMatchObject({ sent: 'no', message: expect.stringContaining('ECONNREFUSED') });
      expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('S3CRET_TOKEN');
    });

    it('the transport says "not sent" when TLS fails', async () => {
      transport = transportTo(wechat.origin.replace('http:', 'https:'));
      wechat.answer = (socket) => socket.end('plain');
      const refused = failure();
      while (wechat.sockets.length === 0) await sleep(5);
      wechat.sockets[0]?.end('this is no TLS\r\n');

      expect(await refused).toMatchObject({ sent: 'no' });
    });

    it('the transport says "not sent" when the service has shut down', async () => {
      await transport.onApplicationShutdown();

      expect(await failure()).toMatchObject({ sent: 'no' });
    });
  });

  describe('asks the guard', () => {
    it('the transport asks the guard only once a connection is there, and gives the request up unsent when it says no', async () => {
      let connectionsWhenAsked = -1;
      const error = await failure({
        ...SEND,
        mayWrite: () => {
          connectionsWhenAsked = wechat.sockets.length;
          return false;
        },
      });

      expect(error).toBeInstanceOf(StaleWrite);
      expect(connectionsWhenAsked).toBe(1);
      // The same connection serves on, so what it was sent is known: only the next request.
      await transport.exchange(ACCOUNT, { path: '/next' });
      expect(wechat.requests).toEqual([expect.stringMatching(/^GET \/next/)]);
      expect(wechat.sockets).toHaveLength(1);
    });

    it('the transport asks the guard once a request, and sends when it says yes', async () => {
      const asked: boolean[] = [];
      await transport.exchange(ACCOUNT, { ...SEND, mayWrite: () => asked.push(true) > 0 });

      expect(asked).toHaveLength(1);
      expect(wechat.requests).toHaveLength(1);
    });

    it('the transport takes a guard that throws for a no', async () => {
      const error = await failure({
        ...SEND,
        mayWrite: () => {
          throw new Error('guard');
        },
      });

      expect(error).toMatchObject({ sent: 'no' });
      expect(wechat.requests).toHaveLength(0);
    });
  });

  it('the transport waits at shutdown for the requests under way', async () => {
    let answerNow = () => {};
    wechat.answer = (socket) => (answerNow = () => void socket.write(ok('{"errcode":0}')));
    const underWay = transport.exchange(ACCOUNT, SEND);
    while (wechat.requests.length === 0) await sleep(5);

    const order: string[] = [];
    const closed = transport.onApplicationShutdown().then(() => order.push('closed'));
    void underWay.then(() => order.push('answered'));
    answerNow();

    expect(await underWay).toEqual({ errcode: 0 });
    await closed;
    expect(order).toEqual(['answered', 'closed']);
  });

  describe('between the real WeChat and pretended ones', () => {
    const SANDBOX = 'wx5a4db0c0de000001';
    let pretended: RawWechat;
    let pretence: PretendedWechats;

    beforeEach(async () => {
      pretended = new RawWechat();
      await pretended.listen();
      pretence = new PretendedWechats();
      transport = new WechatTransport(
        new WechatConfig(wechat.origin, true),
        new SendingConfig(4, 1000),
        new ProxyConfig(),
        pretence,
      );
    });
    afterEach(() => pretended.close());

    it('the transport takes a sandbox to its own WeChat, and everybody else to the real one', async () => {
      pretence.add(SANDBOX, pretended.origin);

      await transport.exchange({ appid: SANDBOX, apiBase: 'sandbox' }, SEND);
      await transport.exchange(ACCOUNT, SEND);

      expect([pretended.requests.length, wechat.requests.length]).toEqual([1, 1]);
    });

    it.each([
      ['a sandbox whose WeChat does not run', { appid: SANDBOX, apiBase: 'sandbox' }],
      ['a sandbox that has lost its base', { appid: SANDBOX, apiBase: null }],
      ['a real account with a base', { ...ACCOUNT, apiBase: 'sandbox' }],
    ])('the transport sends nothing for %s', async (_, account) => {
      pretence.add(ACCOUNT.appid, pretended.origin);

      await expect(transport.exchange(account, SEND)).rejects.toMatchObject({
        name: 'WechatUnreachable',
        sent: 'no',
      });
      expect([pretended.requests.length, wechat.requests.length]).toEqual([0, 0]);
    });

    it('a pretended WeChat is on this machine, or is none', () => {
      expect(() => pretence.add(SANDBOX, 'https://api.weixin.qq.com')).toThrow('this machine');
    });
  });
});
