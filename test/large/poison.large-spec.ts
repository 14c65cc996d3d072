import { InboxWorkerModule } from '../../src/inbox/inbox.worker.module.js';
import { Metrics } from '../../src/metrics/metrics.js';
import { carry, type InboxPush } from '../../src/wechat-auth/inbox-job.js';
import { CallbackWorld, until } from '../support/worlds/callback-world.js';
import { describeBothQueues } from '../support/stores/redis.js';

const PUSHES = 4_000;
/** As many as one worker takes side by side. */
const JOBS = 32;
/** One in so many. */
const POISON = 20;
const BEYOND_63_BITS = 2n ** 63n;

/** How long receipts take of which some say a MsgID that no column can hold. */
describeBothQueues('4,000 receipts', (backend) => {
  let world: CallbackWorld;
  let account: { appid: string; id: number };
  let from = 0n;
  beforeAll(async () => {
    world = await CallbackWorld.open(backend, InboxWorkerModule);
    account = await world.account();
  });
  afterAll(() => world.close());

  const receipt = (msgid: bigint): InboxPush => ({
    appid: account.appid,
    accountId: account.id,
    receivedAt: Date.now(),
    content: carry(
      Buffer.from(
        `<xml><ToUserName><![CDATA[gh_1]]></ToUserName><FromUserName><![CDATA[o${msgid}]]></FromUserName>` +
          `<CreateTime>${Math.floor(Date.now() / 1_000)}</CreateTime><MsgType><![CDATA[event]]></MsgType>` +
          `<Event><![CDATA[TEMPLATESENDJOBFINISH]]></Event><MsgID>${msgid}</MsgID><Status><![CDATA[success]]></Status></xml>`,
      ),
    ),
  });

  /** Seconds from the first job that may be taken to the last one's end. */
  async function secondsFor(poisoned: boolean): Promise<number> {
    const pushes = Array.from({ length: PUSHES }, (_, n) =>
      receipt((poisoned && n % POISON === 0 ? BEYOND_63_BITS : 1n) + from + BigInt(n)),
    );
    from += BigInt(PUSHES);
    const each = PUSHES / JOBS;
    await world.queue.pause();
    await world.queue.addBulk(
      Array.from({ length: JOBS }, (_, n) => ({
        name: 'pushes',
        data: { pushes: pushes.slice(n * each, (n + 1) * each) },
        opts: { attempts: 1_000, backoff: { type: 'inbox' } },
      })),
    );
    const { inboxPushes } = world.app.get(Metrics, { strict: false });
    inboxPushes.reset();
    const startedAt = performance.now();
    await world.queue.resume();
    await until(async () => {
      const { values } = await inboxPushes.get();
      return values.reduce((sum, { value }) => sum + value, 0) >= PUSHES;
    });
    return Number(((performance.now() - startedAt) / 1_000).toFixed(3));
  }

  it('4,000 receipts of which one in twenty is poison are on record about as soon as 4,000 others', async () => {
    await secondsFor(false); // and what is compiled and planned once
    const rounds: { clean: number; poisoned: number }[] = [];
    for (let round = 0; round < 3; round++)
      rounds.push({ clean: await secondsFor(false), poisoned: await secondsFor(true) });
    process.stdout.write(`seconds, ${backend.name}: ${JSON.stringify(rounds)}\n`);
    // It was 37 s: what is compared is seconds, and not a machine's mood.
    expect(Math.min(...rounds.map(({ poisoned }) => poisoned))).toBeLessThan(5);
  });
});
