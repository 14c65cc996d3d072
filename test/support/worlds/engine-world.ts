import type { TestingModule } from '@nestjs/testing';
import { Kysely, sql } from 'kysely';
import pg from 'pg';
import { ClaimService } from '../../../src/broadcast/engine/send/claim.service.js';
import { Counters } from '../../../src/broadcast/engine/record/counters.js';
import { DeliveryPartitions } from '../../../src/broadcast/engine/storage/delivery-partitions.js';
import type { BroadcastTables } from '../../../src/broadcast/engine/record/engine.tables.js';
import { Holds } from '../../../src/broadcast/engine/holds/holds.js';
import { Lane } from '../../../src/broadcast/engine/record/lane.js';
import { MatchService } from '../../../src/broadcast/engine/receipts/match.service.js';
import { ensurePace } from '../../../src/pacing/pace-row.js';
import { UnmatchedReceipts } from '../../../src/broadcast/engine/receipts/unmatched-receipts.js';
import { ReceiptRepository } from '../../../src/broadcast/engine/receipts/receipt.repository.js';
import { ReceiptsService } from '../../../src/broadcast/engine/receipts/receipts.service.js';
import { ReleaseRepository } from '../../../src/broadcast/engine/release/release.repository.js';
import type { Nudge } from '../../../src/broadcast/engine/send/send.queue.js';
import { SettleService } from '../../../src/broadcast/engine/send/settle.service.js';
import type { DeliveryState } from '../../../src/broadcast/engine/record/states.js';
import { SweepRepository } from '../../../src/broadcast/engine/sweep/sweep.repository.js';
import { type Config, SendingConfig } from '../../../src/config/config.js';
import { clockOption, clockSetting, kyselyOn } from '../../../src/database/dialect.js';
import { SafeClient } from '../../../src/database/session/safe-client.js';
import { HOT_SETTINGS, HotSql } from '../../../src/database/hot-sql.js';
import { sessionOn } from '../../../src/database/session/session.js';
import { OutdatedSuppressions } from '../../../src/followers/suppressions/outdated-suppressions.js';
import { newBroadcastId } from '../../../src/kernel/ids.js';
import { createTestDatabase, type TestDatabase } from '../stores/database.js';
import { testConfig } from './test-config.js';
import { wireClasses } from './wired.js';

/** As fast as the environment allows; tests that mean a rate give the account one. */
export const engineConfig = (databaseUrl: string): Config =>
  testConfig({ DATABASE_URL: databaseUrl, SENDS_PER_SECOND: '10000' });

/**
 * The engine's services on a real database of their own, without queue, HTTP or WeChat. Its pools are made here, as
 * tests explain statements on them and lead the hot ones astray.
 */
export class EngineWorld {
  readonly lane: Lane;
  readonly counters: Counters;
  readonly holds: Holds;
  readonly claims: ClaimService;
  readonly settlements: SettleService;
  readonly receipts: ReceiptsService;
  readonly unmatchedReceipts: UnmatchedReceipts;
  readonly releases: ReleaseRepository;
  readonly sweeps: SweepRepository;
  readonly #database: TestDatabase;
  readonly #sending: SendingConfig;

  private constructor(
    database: TestDatabase,
    readonly db: Kysely<BroadcastTables>,
    readonly pool: pg.Pool,
    readonly hot: HotSql,
    readonly accountId: number,
    parts: TestingModule,
  ) {
    this.#database = database;
    this.#sending = parts.get(SendingConfig);
    this.lane = parts.get(Lane);
    this.counters = parts.get(Counters);
    this.holds = parts.get(Holds);
    this.claims = parts.get(ClaimService);
    this.settlements = parts.get(SettleService);
    this.receipts = parts.get(ReceiptsService);
    this.unmatchedReceipts = parts.get(UnmatchedReceipts);
    this.releases = parts.get(ReleaseRepository);
    this.sweeps = parts.get(SweepRepository);
  }

  /** @param way to the database for the hot statements; left out: straight */
  static async open(
    given?: TestDatabase,
    way = (url: string): string => url,
  ): Promise<EngineWorld> {
    const database = given ?? (await createTestDatabase());
    const db = kyselyOn<BroadcastTables>(
      new pg.Pool({ connectionString: database.url, max: 5, options: clockOption(0) }),
    );
    const pool = new pg.Pool({
      ...sessionOn(way(database.url), 'hot', { ...clockSetting(0), ...HOT_SETTINGS }),
      Client: SafeClient,
      max: 5,
    });
    pool.on('error', () => {});
    const hot = new HotSql(pool);
    const parts = await wireClasses(engineConfig(database.url), { db, hot }, [
      Lane,
      Counters,
      Holds,
      OutdatedSuppressions,
      MatchService,
      ClaimService,
      SettleService,
      ReceiptsService,
      ReceiptRepository,
      UnmatchedReceipts,
      ReleaseRepository,
      SweepRepository,
      DeliveryPartitions,
    ]);
    await parts.get(DeliveryPartitions).ensure();
    const accountId = await insertAccount(db, 'wx0000000000000001');
    await ensurePace(db, accountId);
    await sql`update pace set rate = 100000, tokens = 10000`.execute(db);
    return new EngineWorld(database, db, pool, hot, accountId, parts);
  }

  /** As another worker would have: with a lane of its own. */
  anotherClaimService(): ClaimService {
    return new ClaimService(this.hot, new Lane(), this.#sending);
  }

  async close(): Promise<void> {
    await this.db.destroy();
    await this.pool.end();
    await this.#database.drop();
  }

  /** A running, expanded broadcast to these people, every row `pending`; it does not wait for the quota any more. */
  async broadcastTo(...openids: string[]): Promise<string> {
    const id = newBroadcastId(new Date());
    await sql`
      insert into broadcast (id, account_id, channel, template_id, message, audience, state,
        created_at, started_at, expanded_at)
      values (${id}, ${this.accountId}, 'template', 't', '{"fields":{}}', '{"kind":"all"}', 'running',
        clock_now(), clock_now() - interval '5 seconds', clock_now())`.execute(this.db);
    await sql`
      insert into delivery (broadcast_id, openid, account_id, state)
      select ${id}::uuid, o, ${this.accountId}, 'pending' from unnest(${openids}::text[]) o`.execute(
      this.db,
    );
    await sql`insert into broadcast_counter (broadcast_id, lane, pending) values (${id}, 'test', ${openids.length})`.execute(
      this.db,
    );
    return id;
  }

  /** Hands out up to so many, as release does, without jobs. */
  async release(broadcastId: string, limit = 1_000): Promise<Nudge[]> {
    return this.releases.inTransaction(async (tx) => {
      await this.releases.takeLeases(tx, [this.accountId], 1_000);
      const open = await this.releases.openBroadcasts(tx, [this.accountId]);
      const broadcast = open.find(({ id }) => id === broadcastId);
      if (!broadcast) throw new Error(`${broadcastId} is not open`);
      return this.releases.release(tx, [{ broadcast, limit }]);
    });
  }

  async row(broadcastId: string, openid: string) {
    return this.db
      .selectFrom('delivery')
      .selectAll()
      .where('broadcastId', '=', broadcastId)
      .where('openid', '=', openid)
      .executeTakeFirstOrThrow();
  }

  async states(broadcastId: string): Promise<Record<string, DeliveryState>> {
    const rows = await this.db
      .selectFrom('delivery')
      .select(['openid', 'state'])
      .where('broadcastId', '=', broadcastId)
      .orderBy('openid')
      .execute();
    return Object.fromEntries(rows.map(({ openid, state }) => [openid, state]));
  }

  /** The counters say what the rows say. */
  async expectCountersToAgree(broadcastId: string): Promise<void> {
    const { rows } = await sql<{ state: DeliveryState; n: number }>`
      select state, count(*)::integer as n from delivery where broadcast_id = ${broadcastId}
      group by state`.execute(this.db);
    const counted = await this.counters.counts(broadcastId);
    const fromRows = Object.fromEntries(rows.map(({ state, n }) => [state, n]));
    const nonZero = Object.fromEntries(Object.entries(counted).filter(([, n]) => n !== 0));
    expect(nonZero).toEqual(fromRows);
  }
}

async function insertAccount(db: Kysely<BroadcastTables>, appid: string): Promise<number> {
  const { rows } = await sql<{ id: number }>`
    insert into account (appid, kind, name, callback_mode, token_mode, sealed_secret, sealed_callback_token)
    values (${appid}, 'service', 'test', 'plain', 'stable', 'x', 'x') returning id`.execute(db);
  return (rows[0] as { id: number }).id;
}
