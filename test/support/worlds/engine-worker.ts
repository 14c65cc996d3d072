import type { Queue } from 'bullmq';
import type { Kysely } from 'kysely';
import type pg from 'pg';
import { BroadcastUpdate } from '../../../src/broadcast/compose/broadcast-update.js';
import { BroadcastRepository } from '../../../src/broadcast/compose/broadcast.repository.js';
import { BroadcastControl } from '../../../src/broadcast/control/broadcast-control.service.js';
import { Broadcasts } from '../../../src/broadcast/engine/record/broadcasts.js';
import { AchievedRates } from '../../../src/broadcast/engine/rate/achieved-rates.js';
import { LatencyMeter } from '../../../src/broadcast/engine/rate/latency-meter.js';
import { Cancelling } from '../../../src/broadcast/engine/lifecycle/cancel.js';
import { ClaimService } from '../../../src/broadcast/engine/send/claim.service.js';
import type { BroadcastTables } from '../../../src/broadcast/engine/record/engine.tables.js';
import { ExpandQueue } from '../../../src/broadcast/engine/expand/expand.queue.js';
import { ExpandService } from '../../../src/broadcast/engine/expand/expand.service.js';
import { TableStatistics } from '../../../src/broadcast/engine/storage/table-statistics.js';
import { Finishing } from '../../../src/broadcast/engine/lifecycle/finish.js';
import { Holds } from '../../../src/broadcast/engine/holds/holds.js';
import { RestoredDatabase } from '../../../src/broadcast/engine/storage/restored-database.js';
import { Lane } from '../../../src/broadcast/engine/record/lane.js';
import { MatchService } from '../../../src/broadcast/engine/receipts/match.service.js';
import { ReceiptsService } from '../../../src/broadcast/engine/receipts/receipts.service.js';
import { ReleaseRound } from '../../../src/broadcast/engine/release/release-round.js';
import { ReleaseRepository } from '../../../src/broadcast/engine/release/release.repository.js';
import { SendQueue } from '../../../src/broadcast/engine/send/send.queue.js';
import { SettleService } from '../../../src/broadcast/engine/send/settle.service.js';
import { SweepRepository } from '../../../src/broadcast/engine/sweep/sweep.repository.js';
import { SweepService } from '../../../src/broadcast/engine/sweep/sweep.service.js';
import { WorkerSlots } from '../../../src/broadcast/engine/release/worker-slots.js';
import { BizsendChannel } from '../../../src/channels/bizsend-channel.js';
import { MessageChannels } from '../../../src/channels/message-channels.js';
import { OneTimeChannel } from '../../../src/channels/one-time-channel.js';
import { SubscribeChannel } from '../../../src/channels/subscribe-channel.js';
import { TemplateChannel } from '../../../src/channels/template-channel.js';
import { WxopenTemplateChannel } from '../../../src/channels/wxopen-template-channel.js';
import { SendingConfig } from '../../../src/config/config.js';
import { DatabaseIdentity } from '../../../src/database/identity/database-identity.js';
import { clockOption, kyselyOn } from '../../../src/database/dialect.js';
import { HOT_OPTIONS, HotSql } from '../../../src/database/hot-sql.js';
import { OutdatedSuppressions } from '../../../src/followers/suppressions/outdated-suppressions.js';
import { FormIdPool } from '../../../src/mini-program/form-ids/form-id-pool.js';
import { PaceControl } from '../../../src/pacing/pace-control.js';
import type { PacingTables } from '../../../src/pacing/pacing.tables.js';
import type { WechatApi } from '../../../src/token/wechat-api.js';
import { CommitGate } from '../stores/commit-gate.js';

/** Jobs go nowhere: a job is only a nudge, and tests hand nudges on by themselves. */
const NO_QUEUE = { add: async () => undefined, addBulk: async () => [] } as unknown as Queue;

/** The steps that are driven here ask a channel what it is, and never send with it. */
const NO_WECHAT = undefined as unknown as WechatApi;

/** The engine's steps as one process has them, on connections of its own that can be made to stand. */
export class EngineWorker {
  readonly gate = new CommitGate();
  readonly #pools: readonly pg.Pool[];
  readonly db: Kysely<BroadcastTables & PacingTables>;
  readonly hot: HotSql;
  readonly expansion: ExpandService;
  readonly releases: ReleaseRound;
  readonly claims: ClaimService;
  readonly settlements: SettleService;
  readonly receipts: ReceiptsService;
  readonly matches: MatchService;
  readonly sweeps: SweepService;
  readonly holds: Holds;
  readonly verbs: BroadcastControl;
  readonly finishing: Finishing;
  /** Holds everything once it finds that the database was replaced. */
  readonly identity = new DatabaseIdentity();

  /** @param name tells its connections from others' */
  constructor(
    url: string,
    readonly name: string,
  ) {
    const open = (options: string): pg.Pool =>
      this.gate.pool({ connectionString: url, max: 4, options, application_name: name });
    const general = open(clockOption(0));
    const hot = open(`${clockOption(0)} ${HOT_OPTIONS}`);
    this.#pools = [general, hot];
    const db: Kysely<BroadcastTables & PacingTables> = kyselyOn(general);
    this.db = db;
    const sending = new SendingConfig(1_000, 100_000);
    const lane = new Lane();
    this.hot = new HotSql(hot);

    this.expansion = new ExpandService(db, lane, new TableStatistics(db));
    this.releases = new ReleaseRound(
      new ReleaseRepository(db, this.hot, lane),
      new LatencyMeter(new PaceControl(db), sending),
      new AchievedRates(),
      new WorkerSlots(this.hot, sending),
      sending,
    );
    this.claims = new ClaimService(this.hot, lane, sending);
    const suppressions = new OutdatedSuppressions(this.hot);
    this.matches = new MatchService(this.hot, lane, suppressions);
    this.settlements = new SettleService(this.hot, lane, this.matches, sending);
    this.receipts = new ReceiptsService(this.hot, lane, this.matches, suppressions);
    this.sweeps = new SweepService(
      new SweepRepository(db, this.hot, lane),
      new SendQueue(NO_QUEUE, NO_QUEUE),
      new ExpandQueue(NO_QUEUE),
      channelsOn(this.hot),
    );
    this.holds = new Holds(db);
    this.verbs = new BroadcastControl(
      new Broadcasts(db),
      this.holds,
      new Cancelling(db),
      new BroadcastUpdate(db, new BroadcastRepository(db)),
    );
    this.finishing = new Finishing(db);
    new RestoredDatabase(this.identity);
    this.identity.usePool(general);
  }

  async close(): Promise<void> {
    await Promise.all(this.#pools.map((pool) => pool.end()));
  }
}

/** What channels say of themselves and prepare; they cannot send. */
export const channelsOn = (hot: HotSql): MessageChannels =>
  new MessageChannels(
    new TemplateChannel(NO_WECHAT),
    new SubscribeChannel(NO_WECHAT),
    new BizsendChannel(NO_WECHAT),
    new OneTimeChannel(NO_WECHAT),
    new WxopenTemplateChannel(NO_WECHAT, new FormIdPool(hot)),
  );
