import { Kysely, sql } from 'kysely';
import { InboxSweep } from '../../../src/inbox/inbox.sweep.js';
import { DeadPushExpiry } from '../../../src/inbox/dead-push-expiry.timer.js';
import { InboxWorkerModule } from '../../../src/inbox/inbox.worker.module.js';
import { Metrics } from '../../../src/metrics/metrics.js';
import { carry, type InboxPush } from '../../../src/wechat-auth/inbox-job.js';
import { CALLBACK_TOKEN, CallbackWorld, until } from '../../support/worlds/callback-world.js';
import { describeBothQueues } from '../../support/stores/redis.js';
import { signedQuery } from '../../support/wechat/wechat-push.js';

interface Tables {
  receipt: { accountId: number; msgid: string; openid: string; status: string; createTime: Date };
  follower: { accountId: number; openid: string; subscribed: boolean };
  deadPush: { accountId: number; appid: string; reason: string; bytes: number; content: string };
}

const now = Math.floor(Date.now() / 1000);
const push = (event: string, openid: string, rest = '', at = now): string =>
  `<xml><ToUserName><![CDATA[gh_1]]></ToUserName><FromUserName><![CDATA[${openid}]]></FromUserName>` +
  `<CreateTime>${at}</CreateTime><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[${event}]]></Event>${rest}</xml>`;
const receipt = (msgid: string, openid = 'oAmy'): string =>
  push(
    'TEMPLATESENDJOBFINISH',
    openid,
    `<MsgID>${msgid}</MsgID><Status><![CDATA[success]]></Status>`,
  );

describeBothQueues('the inbox', (backend) => {
  let world: CallbackWorld;
  let db: Kysely<Tables>;
  let appid: string;
  let accountId: number;
  beforeAll(async () => {
    world = await CallbackWorld.open(backend, InboxWorkerModule);
    db = world.app.get<Kysely<Tables>>(Kysely, { strict: false });
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    ({ appid, id: accountId } = await world.account());
  });

  const callBack = async (body: string | Buffer): Promise<void> => {
    const answer = await world.send(world.url(appid, signedQuery(CALLBACK_TOKEN)), { body });
    expect(answer.body).toBe('success');
  };
  const pushOf = (content: string | Buffer): InboxPush => ({
    appid,
    accountId,
    receivedAt: Date.now(),
    content: carry(Buffer.from(content)),
  });
  const enqueue = (contents: (string | Buffer)[], options: { attempts?: number } = {}) =>
    world.queue.add(
      'pushes',
      { pushes: contents.map(pushOf) },
      { attempts: 1_000, backoff: { type: 'inbox' }, ...options },
    );
  const idle = () =>
    until(async () => {
      const counts = await world.queue.getJobCounts('waiting', 'active', 'delayed');
      return Object.values(counts).every((count) => count === 0);
    });
  const msgids = async (): Promise<string[]> => {
    const rows = await db
      .selectFrom('receipt')
      .select('msgid')
      .where('accountId', '=', accountId)
      .execute();
    return rows.map(({ msgid }) => String(msgid)).toSorted();
  };
  const followers = async (): Promise<Record<string, boolean>> => {
    const rows = await db
      .selectFrom('follower')
      .selectAll()
      .where('accountId', '=', accountId)
      .execute();
    return Object.fromEntries(rows.map(({ openid, subscribed }) => [openid, subscribed]));
  };
  const dead = () =>
    db.selectFrom('deadPush').selectAll().where('appid', '=', appid).orderBy('reason').execute();
  /** What a database does that is not all there; a missing table is no fault of the data. */
  const withoutReceipts = async (work: () => Promise<unknown>): Promise<void> => {
    await db.schema.alterTable('receipt').renameTo('receipt_away').execute();
    try {
      await work();
    } finally {
      await db.schema.alterTable('receipt_away').renameTo('receipt').execute();
    }
  };

  it('the inbox keeps a receipt, however often it comes, to the last digit of its msgid', async () => {
    await callBack(receipt('3487542469355618313'));
    await callBack(receipt('3487542469355618313'));
    await callBack(
      `{"FromUserName":"oAmy","CreateTime":${now},"MsgType":"event","Event":"TemplateSendJobFinish","MsgID":271781022721654784,"Status":"failed:user block"}`,
    );
    await idle();
    expect(await msgids()).toEqual(['271781022721654784', '3487542469355618313']);
    expect(await dead()).toEqual([]);
  });

  it('the inbox keeps followers current, by WeChat’s time and not by arrival', async () => {
    await callBack(push('subscribe', 'oAmy', '<EventKey><![CDATA[qrscene_1]]></EventKey>'));
    await callBack(push('unsubscribe', 'oBob'));
    await idle();
    expect(await followers()).toEqual({ oAmy: true, oBob: false });

    await enqueue([
      push('unsubscribe', 'oAmy', '', now - 60),
      push('subscribe', 'oBob', '', now + 1),
    ]);
    await idle();
    expect(await followers()).toEqual({ oAmy: true, oBob: true });
  });

  it('the inbox passes over what is none of ours', async () => {
    await enqueue([
      '<xml><MsgType><![CDATA[text]]></MsgType><FromUserName><![CDATA[oAmy]]></FromUserName><Content><![CDATA[hello]]></Content></xml>',
      push('SCAN', 'oAmy'),
      push('MASSSENDJOBFINISH', 'gh', '<MsgID>1</MsgID>'),
    ]);
    await idle();
    expect([await msgids(), await followers(), await dead()]).toEqual([[], {}, []]);
  });

  it.each([
    [
      'with a MsgID beyond 63 bits',
      receipt('9223372036854775808'),
      /^MsgID is no decimal number below 2\^63$/,
    ],
    ['with no openid', receipt('1', 'o:Amy'), /FromUserName/],
    ['from no likely time', receipt('1').replace(String(now), '1'), /CreateTime/],
    ['that does not parse', '<xml><Event>', /XML/],
  ])(
    'the inbox loses to a push %s only that push among 199 others',
    async (_what, poison, reason) => {
      const good = Array.from({ length: 199 }, (_, n) => receipt(String(1_000 + n), `o${n}`));
      await enqueue(good.toSpliced(123, 0, poison));
      await idle();
      expect(await msgids()).toHaveLength(199);
      expect(await dead()).toEqual([
        expect.objectContaining({
          accountId,
          appid,
          content: poison,
          bytes: poison.length,
          reason: expect.stringMatching(reason),
        }),
      ]);
    },
  );

  it('the inbox buries what no text can hold, and no more of it than fits', async () => {
    const odd = Buffer.concat([
      Buffer.from(receipt('1').replace('success', 'suc\0cess')),
      Buffer.from([0xff]),
    ]);
    const large = `<xml><Event>${'好'.repeat(100_000)}`;
    await enqueue([odd, large]);
    await enqueue([odd]);
    await idle();
    const rows = await dead();
    expect(rows.map(({ bytes }) => bytes).toSorted((a, b) => a - b)).toEqual([
      odd.length,
      Buffer.byteLength(large),
    ]);
    for (const { content } of rows) {
      expect(Buffer.byteLength(content)).toBeLessThanOrEqual(4_096);
      expect(content).toMatch(/^<xml>/);
      expect(content).not.toContain('\0');
    }
  });

  it('the inbox forgets dead pushes that are too old or too many of their account, the oldest first', async () => {
    const other = await world.account();
    const bury = (id: number, from: number, to: number, daysAgo: number) =>
      sql`
        insert into dead_push (account_id, appid, received_at, buried_at, reason, digest, bytes, content)
        select ${id}, ${id === accountId ? appid : other.appid}, now(), now() - make_interval(days => ${daysAgo}::integer),
          n::text, sha256(convert_to(${id}::integer || '-' || n, 'UTF8')), 1, 'x'
        from generate_series(${from}::integer, ${to}::integer) n`.execute(db);
    await bury(accountId, 100, 109, 181);
    await bury(accountId, 200, 209, 179);
    await bury(other.id, 300, 304, 0);
    const expiry = world.app.get(DeadPushExpiry, { strict: false });
    const reasons = async (of: string) =>
      (
        await db
          .selectFrom('deadPush')
          .select('reason')
          .where('appid', '=', of)
          .orderBy('reason')
          .execute()
      ).map(({ reason }) => reason);

    await expiry.run();
    expect(await reasons(appid)).toEqual(Array.from({ length: 10 }, (_, n) => `${200 + n}`));
    await expiry.run({ limit: 7 });
    expect(await reasons(appid)).toEqual(Array.from({ length: 7 }, (_, n) => `${203 + n}`));
    expect(await reasons(other.appid)).toHaveLength(5);
  });

  it('the inbox tries again until the database takes it, and counts each push once', async () => {
    const { inboxPushes } = world.app.get(Metrics, { strict: false });
    inboxPushes.reset();
    await withoutReceipts(async () => {
      await enqueue([receipt('1'), push('subscribe', 'oAmy'), 'poison']);
      await until(async () => (await world.queue.getDelayed())[0]?.attemptsMade);
      expect(await world.queue.getFailedCount()).toBe(0);
    });
    await idle();
    expect([await msgids(), await followers()]).toEqual([['1'], { oAmy: true }]);
    expect(await dead()).toHaveLength(1);
    expect(
      (await inboxPushes.get()).values.map(({ labels, value }) => [labels.kind, value]),
    ).toEqual([
      ['receipt', 1],
      ['subscribe', 1],
      ['dead', 1],
    ]);
  });

  it('the inbox brings failed jobs back', async () => {
    const sweep = world.app.get(InboxSweep, { strict: false });
    await withoutReceipts(async () => {
      await enqueue([receipt('7')], { attempts: 1 });
      await until(async () => (await world.queue.getFailedCount()) > 0);
    });
    expect(await sweep.retryFailed()).toBe(1);
    await until(async () => (await msgids()).includes('7'));
    await idle();
    expect(await sweep.retryFailed()).toBe(0);
  });

  it('the inbox keeps accounts with equal openids apart', async () => {
    const other = await world.account();
    await callBack(push('subscribe', 'oAmy'));
    await idle();
    const rows = await db
      .selectFrom('follower')
      .selectAll()
      .where('accountId', '=', other.id)
      .execute();
    expect(rows).toEqual([]);
  });
});
