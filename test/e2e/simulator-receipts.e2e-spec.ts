import { createHash } from 'node:crypto';
import { request } from 'undici';
import type { AccountPatch } from '../../src/simulator/settings/account-settings.js';
import { Simulator } from '../../src/simulator/simulator.js';
import {
  AES_KEY,
  decrypt,
  field,
  type Push,
  type PushReply,
  PushTarget,
} from '../support/wechat/push-target.js';

const TOKEN = 'callbacktoken';

const sha1 = (...parts: readonly (string | null)[]): string =>
  createHash('sha1').update(parts.map(String).toSorted().join('')).digest('hex');

let simulator: Simulator;
let callback: PushTarget;

const start = async (
  patch: AccountPatch = {},
  reply?: (push: Push, number: number) => PushReply,
): Promise<void> => {
  callback = await PushTarget.listen(reply);
  simulator = await Simulator.start({
    ...patch,
    callback: { url: callback.url, token: TOKEN, encodingAesKey: AES_KEY, ...patch.callback },
    receipts: { delayMinMs: 0, delayMaxMs: 5, retryDelayMs: 5, ...patch.receipts },
  });
};

afterEach(async () => {
  await simulator.close();
  callback.close();
});

const send = async (follower = 0): Promise<string> => {
  const account = simulator.account();
  const { value } = simulator.tokens.issueStable(account);
  const answer = await request(
    `${simulator.url}/cgi-bin/message/template/send?access_token=${value}`,
    {
      method: 'POST',
      body: JSON.stringify({
        touser: account.openid(follower),
        template_id: account.templates.byTitle('课程开课提醒').templateId,
        data: { keyword1: { value: '张三' } },
      }),
    },
  );
  return /"msgid":(\d+)/.exec(await answer.body.text())?.[1] ?? '';
};

const sendTo = (followers: number): Promise<string[]> =>
  Promise.all(Array.from({ length: followers }, (_, follower) => send(follower)));

const settled = (): Promise<void> => simulator.account().pushes.whenIdle();

const callbacks = () => simulator.account().pushes.meter.report();

describe('a receipt', () => {
  it('a receipt names recipient, exact msgid and outcome, and is signed', async () => {
    await start();
    const msgid = await send();
    await settled();

    const { appid, ghId } = simulator.account().settings;
    const [{ method, query, body }] = callback.pushes as [Push];
    const openid = simulator.account().openid(0);
    const finished = Date.parse(
      String(simulator.ledger({ appid }).items[0]?.messages[0]?.finishedAt),
    );
    expect(method).toBe('POST');
    expect(body).toBe(
      `<xml><ToUserName><![CDATA[${ghId}]]></ToUserName><FromUserName><![CDATA[${openid}]]></FromUserName>` +
        `<CreateTime>${Math.floor(finished / 1000)}</CreateTime><MsgType><![CDATA[event]]></MsgType>` +
        `<Event><![CDATA[TEMPLATESENDJOBFINISH]]></Event><MsgID>${msgid}</MsgID><Status><![CDATA[success]]></Status></xml>`,
    );
    expect(query.get('signature')).toBe(sha1(TOKEN, query.get('timestamp'), query.get('nonce')));
    expect(query.get('openid')).toBe(openid);
    expect(query.has('encrypt_type')).toBe(false);
    expect(simulator.ledger().items[0]?.messages[0]?.receiptsAnswered).toBe(1);
  });

  it('a receipt in safe mode holds nothing readable but the addressee', async () => {
    await start({ callback: { mode: 'safe' } });
    const msgid = await send();
    await settled();

    const [{ query, body }] = callback.pushes as [Push];
    const sealed = field(body, 'Encrypt') ?? '';
    expect(query.get('encrypt_type')).toBe('aes');
    expect(query.get('msg_signature')).toBe(
      sha1(TOKEN, query.get('timestamp'), query.get('nonce'), sealed),
    );
    expect(body).not.toContain('MsgID');
    expect(field(decrypt(sealed, simulator.account().appid), 'MsgID')).toBe(msgid);
  });

  it('a receipt in compatible mode is there twice, plain and sealed', async () => {
    await start({ callback: { mode: 'compatible' } });
    const msgid = await send();
    await settled();

    const [{ body }] = callback.pushes as [Push];
    expect(field(body, 'MsgID')).toBe(msgid);
    expect(field(decrypt(field(body, 'Encrypt') ?? '', simulator.account().appid), 'MsgID')).toBe(
      msgid,
    );
  });

  it('a receipt can be JSON, with the msgid still exact', async () => {
    await start({ callback: { format: 'json' } });
    const msgid = await send();
    await settled();
    expect(callback.pushes[0]?.body).toContain(`"MsgID":${msgid},`);
  });

  it('a receipt says who blocks and who failed, in the shares that were set', async () => {
    await start({ followers: 200, population: { blocking: 0.1, failing: 0.05 } });
    await sendTo(200);
    await settled();

    const { delivered, blocked, failed } = simulator.stats();
    const counted = (status: string): number =>
      callback.statuses.filter((heard) => heard === status).length;
    expect([
      counted('success'),
      counted('failed:user block'),
      counted('failed: system failed'),
    ]).toEqual([delivered, blocked, failed]);
    expect(Math.abs(blocked - 20)).toBeLessThanOrEqual(1);
    expect(Math.abs(failed - 10)).toBeLessThanOrEqual(1);
  });

  it('a receipt that is early was answered by the callback before the send was', async () => {
    await start({ receipts: { early: 1 } });
    await send();
    expect(callbacks().ok).toBe(1);
  });

  it('a receipt can come twice, as the same event', async () => {
    await start({ receipts: { twice: 1 } });
    await send();
    await settled();
    const [one, two] = callback.pushes as [Push, Push];
    expect(callback.pushes).toHaveLength(2);
    expect(two.body).toBe(one.body);
  });

  it('a receipt can never come although the message was seen', async () => {
    await start({ receipts: { never: 1 } });
    await send();
    await settled();
    expect(callback.pushes).toHaveLength(0);
    expect(simulator.stats().seen).toBe(1);
  });

  it('a receipt can come with MsgID 0, or a Status nobody knows', async () => {
    await start({ receipts: { zeroMsgid: 1, unknown: 1, unknownStatus: 'failed: fancy' } });
    await send();
    await settled();
    expect(field(callback.pushes[0]?.body ?? '', 'MsgID')).toBe('0');
    expect(callback.statuses).toEqual(['failed: fancy']);
    expect(simulator.stats()).toMatchObject({ seen: 0, failed: 1 });
  });

  it('a receipt can come in a burst, out of order', async () => {
    await start({ receipts: { burstMs: 300, shuffle: true, concurrency: 1 } });
    const account = simulator.account();
    const { ledger, receipts } = account;
    const content = { values: {} };
    for (let follower = 0; follower < 30; follower++) {
      const entry = ledger.record(
        {
          channel: 'template',
          follower,
          templateId: 't',
          content,
          clientMsgId: undefined,
          acceptedAt: 0,
        },
        'success',
      );
      void receipts.announce(entry, 0);
    }
    await settled();
    const arrived = callback.pushes.map(({ body }) => String(field(body, 'FromUserName')));
    const sent = Array.from({ length: 30 }, (_, follower) => account.openid(follower));
    expect(arrived).not.toEqual(sent);
    expect(arrived.toSorted()).toEqual(sent.toSorted());
  });
});

describe('the answer to a push', () => {
  it.each([
    ['success', { body: 'success' }],
    ['nothing at all', { body: '' }],
  ])('the answer to a push may be %s', async (_what, reply) => {
    await start({}, () => reply);
    await send();
    await settled();
    expect(callbacks()).toMatchObject({ ok: 1, illegal: 0, retried: 0 });
  });

  it.each<[string, PushReply]>([
    ['quoted', { body: '"success"' }],
    ['with a newline', { body: 'success\n' }],
    ['in capitals', { body: 'SUCCESS' }],
    ['as 201', { status: 201 }],
    ['as 204', { status: 204, body: '' }],
    ['as an error', { status: 500, body: '' }],
    ['as a page', { body: '<html></html>' }],
  ])(
    'the answer to a push is illegal %s, is reported, and is asked for three times',
    async (_what, reply) => {
      await start({}, () => reply);
      await send();
      await settled();
      expect(callback.pushes).toHaveLength(3);
      expect(callbacks()).toMatchObject({ ok: 0, illegal: 3, retried: 2, abandoned: 1 });
      expect(callbacks().illegalAnswers[0]).toMatchObject({
        status: reply.status ?? 200,
        body: reply.body ?? 'success',
      });
    },
  );

  it('the answer to a push that never comes is asked for again, the same event under a fresh signature', async () => {
    await start({}, (_push, number) => ({ drop: number === 0 }));
    await send();
    await settled();
    const [one, two] = callback.pushes as [Push, Push];
    expect(callbacks()).toMatchObject({ ok: 1, unanswered: 1, retried: 1, abandoned: 0 });
    expect(two.body).toBe(one.body);
    expect(two.query.get('nonce')).not.toBe(one.query.get('nonce'));
  });

  it('the answer to a push is asked for under the first signature when retries are not signed anew', async () => {
    await start({ receipts: { resign: false } }, (_push, number) => ({ drop: number === 0 }));
    await send();
    await settled();
    expect(String(callback.pushes[1]?.query)).toBe(String(callback.pushes[0]?.query));
  });

  it('the answer to a push that comes too late counts as none', async () => {
    await start({ receipts: { answerTimeoutMs: 50, tries: 1 } }, () => ({ afterMs: 400 }));
    await send();
    await settled();
    expect(callbacks()).toMatchObject({ ok: 0, unanswered: 1 });
  });
});

describe('a push by hand', () => {
  it('a push by hand can be any event, and returns how it was answered', async () => {
    await start();
    const answer = await simulator.push({ event: 'subscribe', fields: { EventKey: 'qrscene_1' } });
    expect(answer).toMatchObject({ verdict: 'ok', status: 200, body: 'success', tries: 1 });
    expect(field(callback.pushes[0]?.body ?? '', 'EventKey')).toBe('qrscene_1');
  });

  it('a push by hand can be a text message, or any bytes, sealed like the rest', async () => {
    await start({ callback: { mode: 'safe' } });
    await simulator.push({ text: '你好' });
    await simulator.push({ raw: '<xml><!DOCTYPE x></xml>' });
    const [message, raw] = callback.pushes.map(({ body }) =>
      decrypt(field(body, 'Encrypt') ?? '', simulator.account().appid),
    );
    expect(field(message ?? '', 'Content')).toBe('你好');
    expect(raw).toBe('<xml><!DOCTYPE x></xml>');
  });

  it('a push by hand tells of those who come and go', async () => {
    await start({ followers: 3 });
    simulator.moveFollowers({
      subscribe: 1,
      unsubscribe: [simulator.account().openid(0)],
      push: true,
    });
    await settled();
    const heard = callback.pushes.map(
      ({ body }) => `${field(body, 'Event')} ${field(body, 'FromUserName')}`,
    );
    expect(heard.toSorted()).toEqual([
      `subscribe ${simulator.account().openid(3)}`,
      `unsubscribe ${simulator.account().openid(0)}`,
    ]);
  });
});

describe('the check of a callback address', () => {
  it('the check of a callback address wants its echostr back, and nothing else', async () => {
    await start({}, ({ query }) => ({ body: query.get('echostr') ?? '' }));
    expect(await simulator.account().pushes.verify()).toMatchObject({ verified: true });
    const { query } = callback.pushes[0]!;
    expect(query.get('signature')).toBe(sha1(TOKEN, query.get('timestamp'), query.get('nonce')));
  });

  it('the check of a callback address is not passed by a quoted one', async () => {
    await start({}, ({ query }) => ({ body: JSON.stringify(query.get('echostr')) }));
    expect(await simulator.account().pushes.verify()).toMatchObject({ verified: false });
  });
});

describe('a callback', () => {
  it('a callback that is taken away lets the receipts on their way vanish', async () => {
    await start({ receipts: { delayMinMs: 50, delayMaxMs: 50 } });
    await sendTo(3);
    simulator.putAccount({ callback: { url: '' } });
    await settled();
    expect(callback.pushes).toHaveLength(0);
    await expect(simulator.push({ event: 'subscribe' })).rejects.toThrow('has no callback');
  });

  it('a callback hears nothing more of what was reset', async () => {
    await start({ receipts: { delayMinMs: 60_000, delayMaxMs: 60_000 } });
    const before = await send();
    simulator.reset();
    await settled();
    expect(simulator.stats()).toMatchObject({ accepted: 0, callbacks: { pending: 0 } });
    expect(BigInt(await send())).toBeGreaterThan(BigInt(before));
  });

  it('a callback that answers wrongly is named to whoever watches', async () => {
    const lines: string[] = [];
    callback = await PushTarget.listen(() => ({ body: '"success"' }));
    simulator = await Simulator.start({
      callback: { url: callback.url },
      receipts: { tries: 1 },
      log: (line) => lines.push(line),
    });
    await simulator.push({ event: 'subscribe' });
    expect(lines).toEqual(['wx0123456789abcdef: illegal answer to a push: 200 "\\"success\\""']);
  });
});

describe('two accounts', () => {
  it('two accounts are pushed to their own callbacks', async () => {
    await start();
    const other = await PushTarget.listen();
    const account = simulator.putAccount({
      appid: 'wx00000000000000ff',
      ghId: 'gh_other',
      callback: { url: other.url },
    });
    await simulator.push({ event: 'subscribe' }, account.appid);
    expect([callback.pushes.length, other.pushes.length]).toEqual([0, 1]);
    expect(field(other.pushes[0]?.body ?? '', 'ToUserName')).toBe('gh_other');
    other.close();
  });
});
