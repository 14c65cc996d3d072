import { AccountsService } from '../../../src/accounts/accounts.service.js';
import { Metrics } from '../../../src/metrics/metrics.js';
import { uncarry } from '../../../src/wechat-auth/inbox-job.js';
import {
  AES_KEY,
  CALLBACK_TOKEN,
  CallbackWorld,
  until,
} from '../../support/worlds/callback-world.js';
import { describeBothQueues } from '../../support/stores/redis.js';
import { encryptPush, safeBody, signedQuery } from '../../support/wechat/wechat-push.js';
import { EVENT_SAMPLES } from '../../support/wechat/wechat-vectors.js';

const receipt = EVENT_SAMPLES.receiptDelivered;

describeBothQueues('the callback', (backend) => {
  let world: CallbackWorld;
  beforeAll(async () => {
    world = await CallbackWorld.open(backend);
  });
  afterAll(() => world.close());
  beforeEach(() => world.queue.drain());

  const contents = async (): Promise<string[]> =>
    (await world.stored()).map(({ content }) => uncarry(content).toString());

  it('the callback answers a push with status 200 and the seven bytes success, and has stored it then', async () => {
    const { appid, id } = await world.account();
    const url = new URL(world.url(appid, signedQuery(CALLBACK_TOKEN)));

    const answer = await world.exchangeRaw(
      `POST ${url.pathname}${url.search} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n` +
        `Content-Type: text/xml\r\nContent-Length: ${receipt.length}\r\n\r\n${receipt}`,
    );

    const [head = '', body] = answer.split('\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1\.1 200 /);
    expect(head).toMatch(/content-type: text\/plain/i);
    expect(head).toMatch(/content-length: 7\b/i);
    expect(body).toBe('success');
    expect(await world.stored()).toEqual([
      { appid, accountId: id, receivedAt: expect.any(Number), content: receipt },
    ]);
  });

  it.each([
    'text/xml',
    'application/xml; charset=utf-8',
    'application/json',
    'text/plain',
    'application/x-www-form-urlencoded',
    'x/y',
    null,
  ])('the callback takes a body of Content-Type %s as it is', async (contentType) => {
    const { appid } = await world.account();
    const url = world.url(appid, signedQuery(CALLBACK_TOKEN));
    expect(await world.send(url, { body: receipt, contentType })).toMatchObject({
      status: 200,
      body: 'success',
    });
    expect(await contents()).toEqual([receipt]);
  });

  const head = async (...headers: string[]): Promise<string> => {
    const { appid } = await world.account();
    const { pathname, search } = new URL(world.url(appid, signedQuery(CALLBACK_TOKEN)));
    return [`POST ${pathname}${search} HTTP/1.1`, 'Host: x', ...headers, '\r\n'].join('\r\n');
  };

  it('the callback takes a body that comes in pieces', async () => {
    const pieces = [receipt.slice(0, 100), receipt.slice(100)].map(
      (piece) => `${piece.length.toString(16)}\r\n${piece}\r\n`,
    );
    const answer = await world.exchangeRaw(
      `${await head('Connection: close', 'Transfer-Encoding: chunked')}${pieces.join('')}0\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 200 [^]*success$/);
    expect(await contents()).toEqual([receipt]);
  });

  it('the callback takes one push after the other on a connection', async () => {
    const length = `Content-Length: ${receipt.length}`;
    const second = receipt.replace('200163836', '200163837');
    const answers = await world.exchangeRaw(
      `${await head(length)}${receipt}${await head(length, 'Connection: close')}${second}`,
    );
    expect(answers.match(/success/g)).toHaveLength(2);
    expect(await contents()).toEqual([receipt, second]);
  });

  it('the callback stores nothing of a push that is cut short, and goes on', async () => {
    const { callbacks } = world.app.get(Metrics, { strict: false });
    callbacks.reset();
    await world.breakOff(
      `${await head(`Content-Length: ${receipt.length}`)}${receipt.slice(0, 100)}`,
    );
    const { appid } = await world.account();
    const url = world.url(appid, signedQuery(CALLBACK_TOKEN));
    expect((await world.send(url, { body: receipt })).body).toBe('success');
    expect(await contents()).toEqual([receipt]);
    // Nobody failed and nobody was refused.
    expect((await callbacks.get()).values).toEqual([{ labels: { outcome: 'accepted' }, value: 1 }]);
  });

  it.each(['PUT', 'DELETE'])('the callback leaves %s to the gate', async (method) => {
    const { appid } = await world.account();
    const url = world.url(appid, signedQuery(CALLBACK_TOKEN));
    expect(await world.send(url, { method })).toMatchObject({ status: 401 });
    expect(await world.stored()).toEqual([]);
  });

  it('the callback takes JSON, and keeps the digits of its numbers', async () => {
    const { appid } = await world.account({ kind: 'mini_program' });
    const json = '{"MsgType":"event","MsgID":271781022721654784}';
    const url = world.url(appid, signedQuery(CALLBACK_TOKEN));
    expect((await world.send(url, { body: json, contentType: 'application/json' })).body).toBe(
      'success',
    );
    expect(await contents()).toEqual([json]);
  });

  it('the callback decrypts what comes in safe mode, also with the previous key and token', async () => {
    const { appid } = await world.account({ callbackMode: 'safe', encodingAesKey: AES_KEY });
    const encrypted = encryptPush(receipt, { encodingAesKey: AES_KEY, appid });
    const push = () =>
      world.send(world.url(appid, signedQuery(CALLBACK_TOKEN, { encrypted })), {
        body: safeBody(encrypted),
      });
    expect((await push()).body).toBe('success');

    const accounts = world.app.get(AccountsService);
    await accounts.update(appid, {
      callbackToken: 'newer',
      encodingAesKey: 'kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR',
    });
    expect((await push()).body).toBe('success');
    await accounts.update(appid, { removePrevious: true });
    expect((await push()).status).toBe(403);

    expect(await contents()).toEqual([receipt, receipt]);
  });

  it('the callback keeps a push that no text can hold', async () => {
    const { appid } = await world.account();
    const odd = Buffer.concat([
      Buffer.from('<xml><A><![CDATA[\0'),
      Buffer.from([0xff]),
      Buffer.from(']]></A></xml>'),
    ]);
    expect(
      (await world.send(world.url(appid, signedQuery(CALLBACK_TOKEN)), { body: odd })).body,
    ).toBe('success');
    expect((await world.stored()).map(({ content }) => uncarry(content))).toEqual([odd]);
  });

  it('the callback keeps the original of what will be forwarded, and only of that', async () => {
    const forwardUrl = 'http://127.0.0.1:9/wechat';
    const { appid } = await world.account({
      callbackMode: 'safe',
      encodingAesKey: AES_KEY,
      forwardUrl,
    });
    const text = '<xml><MsgType><![CDATA[text]]></MsgType><Event><![CDATA[no]]></Event></xml>';
    for (const content of [text, receipt]) {
      const encrypted = encryptPush(content, { encodingAesKey: AES_KEY, appid });
      const url = world.url(appid, signedQuery(CALLBACK_TOKEN, { encrypted }));
      await world.send(url, { body: safeBody(encrypted), contentType: 'text/xml; charset=utf-8' });
      if (content !== text) continue;
      expect(await world.stored()).toEqual([
        expect.objectContaining({
          content: text,
          original: {
            body: safeBody(encrypted),
            contentType: 'text/xml; charset=utf-8',
            query: new URL(url).search.slice(1),
          },
        }),
      ]);
    }
    expect((await world.stored()).filter(({ original }) => original === undefined)).toHaveLength(1);
  });

  it('the callback shows nobody who looks at the queue what people wrote, nor the signatures it came with', async () => {
    const { appid } = await world.account({ forwardUrl: 'http://127.0.0.1:9/wechat' });
    const url = world.url(appid, signedQuery(CALLBACK_TOKEN));
    const said = '<xml><MsgType>text</MsgType><Content>TEMPLATESENDJOBFINISH 你好</Content></xml>';
    await world.send(url, { body: said });
    await world.send(url, { body: JSON.stringify({ MsgType: 'text', Content: '你好' }) });
    const shown = JSON.stringify(await world.jobs());
    expect(shown).toContain(appid);
    expect(shown).not.toContain('你好');
    expect(shown).not.toContain(new URL(url).searchParams.get('signature'));
    expect(await contents()).toContain(said);
  });

  it('the callback writes down that the account still gets its pushes', async () => {
    const { appid } = await world.account();
    await world.send(world.url(appid, signedQuery(CALLBACK_TOKEN)), { body: receipt });
    await until(
      async () =>
        (await world.app.get(AccountsService).requireAccount(appid)).callbackSeenAt ?? undefined,
    );
  });

  it.each([
    ['an unknown appid', 404, { appid: 'wx00000000000000ff' }],
    ['an appid of nonsense', 404, { appid: '..%2F%3Cb%3E%00' }],
    ['a forged signature', 403, { query: signedQuery('guess') }],
    ['no signature', 403, { query: {} }],
    ['a document type', 400, { body: '<!DOCTYPE xml><xml><A>1</A></xml>' }],
    ['neither XML nor JSON', 400, { body: 'hello' }],
    ['an empty body', 400, { body: '' }],
    ['a byte more than a megabyte', 413, { body: `<xml>${' '.repeat(1024 * 1024 - 4)}` }],
  ])(
    'the callback refuses %s with %i, and stores nothing',
    async (
      _what,
      status,
      {
        appid = '',
        query,
        body = receipt,
      }: { appid?: string; query?: Record<string, string>; body?: string },
    ) => {
      const url = world.url(
        appid || (await world.account()).appid,
        query ?? signedQuery(CALLBACK_TOKEN),
      );
      // Bytes may still be on their way when the answer to too many of them comes.
      const answer = await world
        .send(url, { body })
        .catch((error: NodeJS.ErrnoException) => error.code);
      if (answer !== 'EPIPE' && answer !== 'ECONNRESET')
        expect(answer).toMatchObject({ status, body: '', headers: { 'content-length': '0' } });
      expect(await world.stored()).toEqual([]);
    },
  );

  it('the callback takes a megabyte', async () => {
    const { appid } = await world.account();
    const body = `<xml><Content>${'x'.repeat(1024 * 1024 - 31)}</Content></xml>`;
    expect(Buffer.byteLength(body)).toBe(1024 * 1024 - 1);
    expect((await world.send(world.url(appid, signedQuery(CALLBACK_TOKEN)), { body })).body).toBe(
      'success',
    );
  });

  it('the callback answers a number of pushes at once, each stored once', async () => {
    const { appid } = await world.account();
    const pushes = Array.from({ length: 300 }, (_, n) => receipt.replace('200163836', String(n)));
    const answers = await Promise.all(
      pushes.map((body) => world.send(world.url(appid, signedQuery(CALLBACK_TOKEN)), { body })),
    );
    expect(new Set(answers.map(({ body }) => body))).toEqual(new Set(['success']));
    expect((await contents()).toSorted()).toEqual(pushes.toSorted());
    expect(await world.queue.getWaitingCount()).toBeLessThan(pushes.length);
  });

  it('the callback echoes the handshake word for word', async () => {
    const { appid } = await world.account();
    const echostr = '4375120948345356249';
    const answer = await world.send(world.url(appid, signedQuery(CALLBACK_TOKEN, { echostr })), {
      method: 'GET',
      contentType: null,
    });
    expect(answer).toMatchObject({ status: 200, body: echostr });
    expect(answer.headers['content-type']).toMatch(/^text\/plain/);
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
  });

  it.each([
    ['a forged signature', signedQuery('guess', { echostr: '1' })],
    ['markup to echo', signedQuery(CALLBACK_TOKEN, { echostr: '<b>' })],
    ['nothing to echo', signedQuery(CALLBACK_TOKEN)],
  ])('the callback refuses a handshake with %s', async (_what, query) => {
    const { appid } = await world.account();
    expect(
      await world.send(world.url(appid, query), { method: 'GET', contentType: null }),
    ).toMatchObject({ status: 403, body: '' });
  });

  it.each([
    ['a final slash', (path: string) => `${path}/`],
    ['a double slash', (path: string) => path.replace('/callback', '//callback')],
    ['a double slash in front', (path: string) => `/${path}`],
    ['other letters', (path: string) => path.replace('/wechat', '/WeChat')],
    ['an appid in capitals', (path: string) => path.replace('/wx', '/WX')],
    ['percent-encoding', (path: string) => path.replace('/wx', '/%77x')],
    ['nothing behind', () => '/wechat/'],
  ])(
    'the callback answers 404 to the address with %s, whether WeChat asks or pushes',
    async (_what, miss) => {
      const { appid } = await world.account();
      const { pathname, search, origin } = new URL(
        world.url(appid, signedQuery(CALLBACK_TOKEN, { echostr: '1' })),
      );
      for (const method of ['GET', 'POST'])
        expect(
          await world.send(`${origin}${miss(pathname)}${search}`, {
            method,
            ...(method === 'POST' && { body: receipt }),
          }),
        ).toMatchObject({ status: 404, body: '' });
      expect(await world.stored()).toEqual([]);
    },
  );

  it('the callback says in the log what to correct where the address is a near miss, once for many, and of known accounts alone', async () => {
    const { appid } = await world.account();
    const lines: string[] = [];
    // What the accounts of other tests were answered is told when they are known, which may be now.
    const isOurs = (line: string): boolean => line.includes(appid) || line.includes('0'.repeat(16));
    const keep = (line: unknown): void => void (isOurs(String(line)) && lines.push(String(line)));
    world.app.useLogger({ log: keep, warn: keep, error: keep });
    try {
      const { origin } = new URL(world.url(appid, {}));
      const post = (path: string) =>
        world.send(`${origin}${path}`, { method: 'POST', body: receipt });
      await post(`/wechat/wx${'0'.repeat(16)}/callback/`);
      await post(`/WeChat/${appid}/callback/?signature=s3cret`);
      await post(`/wechat//${appid}/callback`);
      await until(() => Promise.resolve(lines.length > 0));
      await post(`/wechat//${appid}/callback`);
    } finally {
      world.app.useLogger(false);
    }
    const [line = '', ...more] = lines;
    expect(more).toEqual([]);
    expect(line).toContain(`POST /WeChat/${appid}/callback/ was answered 404`);
    expect(line).toContain(`the callback's address is /wechat/${appid}/callback, exactly`);
    expect(line).toMatch(/Correct it in WeChat's console or in the proxy/);
    expect(line).not.toContain('s3cret');
  });

  it('the callback counts what it takes and what it refuses', async () => {
    const { appid } = await world.account();
    const { callbacks } = world.app.get(Metrics, { strict: false });
    callbacks.reset();
    for (const token of [CALLBACK_TOKEN, CALLBACK_TOKEN, 'guess'])
      await world.send(world.url(appid, signedQuery(token)), { body: receipt });
    expect((await callbacks.get()).values).toEqual([
      { labels: { outcome: 'accepted' }, value: 2 },
      { labels: { outcome: 'refused' }, value: 1 },
    ]);
  });
});
