import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { BroadcastView } from '../chaos/world/admin-client.js';
import { freePorts } from '../support/stores/free-ports.js';
import { waitUntil } from '../chaos/world/polling.js';
import { ServiceProcesses } from '../chaos/world/service-processes.js';
import { WechatProcess } from '../chaos/world/wechat-process.js';
import { createTestDatabase, type TestDatabase } from '../support/stores/database.js';
import { describeBothQueues, uniquePrefix } from '../support/stores/redis.js';

const dist = join(import.meta.dirname, '../../dist');
const callbackToken = 'callbacktoken1';
const anHour = 3_600_000;

describeBothQueues('the roles as processes of their own, with two workers', (queue) => {
  const appid = `wx${randomBytes(8).toString('hex')}`;
  let dir: string;
  let database: TestDatabase;
  let wechat: WechatProcess;
  let service: ServiceProcesses;

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'weicast-roles-'));
    database = await createTestDatabase();
    const [port = 0] = await freePorts(1);
    wechat = new WechatProcess({ dist, seed: 1, log: join(dir, 'wechat.log') }, port, {
      appid,
      followers: 200,
      openidSeed: appid,
    });
    service = await ServiceProcesses.make({
      dist,
      logDir: dir,
      databaseUrl: `${database.url}?pool=5`,
      redisUrl: queue.redisUrl,
      queuePrefix: uniquePrefix(),
      wechatUrl: wechat.url,
      workers: 2,
    });
    await Promise.all([wechat.start(), service.start()]);
    await wechat.putAccount({
      appid,
      callback: { url: service.callbackUrl(appid), token: callbackToken },
      population: { left: 0.05, blocking: 0.05 },
      // The callback is away for a moment too: that costs no receipt here.
      receipts: { tries: 100 },
    });
  });

  afterEach(async () => {
    await Promise.all([service.stop(), wechat.stop()]);
    await database.drop();
    await rm(dir, { recursive: true });
  });

  async function broadcast(sendsPerSecond: number): Promise<string> {
    const templateId = await service.admin.addAccount({
      appid,
      name: 'roles',
      secret: '0123456789abcdef0123456789abcdef',
      callbackToken,
      sendsPerSecond,
    });
    const { id } = await service.admin.post<{ id: string }>('/v1/broadcasts', {
      appid,
      templateId,
      fields: { thing1: '秋季公开课', time2: '2026-11-28 19:30', thing3: '三号楼报告厅' },
      audience: { kind: 'all' },
    });
    return id;
  }

  async function finished(id: string, isOver: (shown: BroadcastView) => boolean) {
    let shown = await service.admin.broadcast(id);
    await waitUntil('the broadcast to finish', 100_000, async () => {
      shown = await service.admin.broadcast(id);
      return shown.state === 'finished' && isOver(shown);
    }).catch((cause: unknown) => {
      throw new Error(`not finished: ${JSON.stringify(shown)}`, { cause });
    });
    return shown;
  }

  it('the roles as processes of their own bring a broadcast to its end, receipts included', async () => {
    const id = await broadcast(500);
    const { counts, total } = await finished(id, ({ receiptsOpen }) => receiptsOpen === 0);

    expect(total).toBe(200);
    const { delivered, blocked, duplicates } = await wechat.stats();
    expect(counts).toMatchObject({ delivered, blocked, refused: 200 - delivered - blocked });
    expect(blocked).toBeGreaterThan(0);
    expect(duplicates).toBe(0);
  });

  it('the roles as processes of their own, whose workers die in the middle and come back an hour later, send nobody what they may have', async () => {
    // Twenty are accepted, and neither their answer nor their receipt ever comes.
    const twenty = { skip: 60, times: 20 };
    await wechat.addFault({ when: twenty, fault: { kind: 'delay', ms: 60_000, accepted: true } });
    await wechat.addFault({ when: twenty, fault: { kind: 'receipt', settings: { never: 1 } } });
    const id = await broadcast(60);
    await waitUntil(
      'a hundred messages',
      30_000,
      async () => (await wechat.stats()).accepted >= 100,
    );
    await service.stop();
    await wechat.setClock(anHour);
    await service.start(anHour);
    const { counts, total } = await finished(id, (shown) => shown.counts['accepted'] === 0);

    expect(total).toBe(200);
    expect(counts['unknown']).toBeGreaterThanOrEqual(20);
    const [rows, ledger] = [await deliveries(id), await wechat.ledger(appid)];
    const silent = [...ledger.values()].filter(({ messages }) => messages.length !== 1);
    expect(silent).toEqual([]);
    for (const { openid, state } of rows)
      if (state === 'delivered' || state === 'blocked') expect(ledger.has(openid)).toBe(true);
      else if (state === 'refused') expect(ledger.has(openid)).toBe(false);
      else expect({ openid, state }).toEqual({ openid, state: 'unknown' });
    expect((await wechat.stats()).duplicates).toBe(0);
    // Whoever was not in doubt when the workers died was sent it in the end.
    expect(ledger.size + counts['refused']! + doubtful(rows, ledger)).toBe(200);
  }, 150_000);

  async function deliveries(id: string): Promise<{ openid: string; state: string }[]> {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const { rows } = await client.query<{ openid: string; state: string }>(
      'select openid, state from delivery where broadcast_id = $1',
      [id],
    );
    await client.end();
    return rows;
  }
});

/** Rows in doubt that WeChat had not taken after all. */
const doubtful = (
  rows: readonly { openid: string; state: string }[],
  ledger: ReadonlyMap<string, unknown>,
): number => rows.filter(({ openid, state }) => state === 'unknown' && !ledger.has(openid)).length;
