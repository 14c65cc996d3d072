import type { Provider } from '@nestjs/common';
import { getQueueToken } from '@nestjs/bullmq';
import type { TestingModule } from '@nestjs/testing';
import type { Queue } from 'bullmq';
import { Kysely } from 'kysely';
import type pg from 'pg';
import { BroadcastUpdate } from '../../../src/broadcast/compose/broadcast-update.js';
import { BroadcastRepository } from '../../../src/broadcast/compose/broadcast.repository.js';
import { Deciding } from '../../../src/broadcast/control/deciding.js';
import { VerbKeys } from '../../../src/broadcast/control/verb-keys.js';
import { BroadcastControl } from '../../../src/broadcast/control/broadcast-control.service.js';
import { Broadcasts } from '../../../src/broadcast/engine/record/broadcasts.js';
import { AchievedRates } from '../../../src/broadcast/engine/rate/achieved-rates.js';
import { LatencyMeter } from '../../../src/broadcast/engine/rate/latency-meter.js';
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
import { CappedRelease } from '../../../src/broadcast/engine/release/capped-release.js';
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
import { DatabaseIdentity } from '../../../src/database/identity/database-identity.js';
import { clockOption, kyselyOn } from '../../../src/database/dialect.js';
import { HOT_OPTIONS, HotSql } from '../../../src/database/hot-sql.js';
import { OutdatedSuppressions } from '../../../src/followers/suppressions/outdated-suppressions.js';
import { FormIdPool } from '../../../src/mini-program/form-ids/form-id-pool.js';
import { PaceControl } from '../../../src/pacing/pace-control.js';
import type { PacingTables } from '../../../src/pacing/pacing.tables.js';
import { WechatApi } from '../../../src/token/wechat-api.js';
import { EXPAND_QUEUE, PRIORITY_SEND_QUEUE, SEND_QUEUE } from '../../../src/queue/queue-names.js';
import { CommitGate } from '../stores/commit-gate.js';
import { engineConfig } from './engine-world.js';
import { testConfig } from './test-config.js';
import { wireClasses } from './wired.js';

/** Jobs go nowhere: a job is only a nudge, and tests hand nudges on by themselves. */
const NO_QUEUE = { add: async () => undefined, addBulk: async () => [] } as unknown as Queue;

/** The steps that are driven here ask a channel what it is, and never send with it. */
const NO_WECHAT = {} as WechatApi;

const CHANNELS: Provider[] = [
  { provide: WechatApi, useValue: NO_WECHAT },
  FormIdPool,
  TemplateChannel,
  SubscribeChannel,
  BizsendChannel,
  OneTimeChannel,
  WxopenTemplateChannel,
  MessageChannels,
];

const NO_QUEUES: Provider[] = [EXPAND_QUEUE, SEND_QUEUE, PRIORITY_SEND_QUEUE].map((name) => ({
  provide: getQueueToken(name),
  useValue: NO_QUEUE,
}));

type Tables = BroadcastTables & PacingTables;

/** The engine's steps as one process has them, on connections of its own that can be made to stand. */
export class EngineWorker {
  readonly #general: pg.Pool;
  readonly #hot: pg.Pool;
  readonly expansion: ExpandService;
  readonly releases: ReleaseRound;
  readonly claims: ClaimService;
  readonly settlements: SettleService;
  readonly receipts: ReceiptsService;
  readonly matches: MatchService;
  readonly sweeps: SweepService;
  readonly holds: Holds;
  readonly verbs: Readonly<Record<'pause' | 'resume' | 'cancel', (id: string) => Promise<void>>>;
  readonly finishing: Finishing;
  /** Holds everything once it finds that the database was replaced. */
  readonly identity: DatabaseIdentity;
  readonly db: Kysely<Tables>;
  readonly hot: HotSql;

  private constructor(
    readonly name: string,
    readonly gate: CommitGate,
    pools: { readonly general: pg.Pool; readonly hot: pg.Pool },
    parts: TestingModule,
  ) {
    this.#general = pools.general;
    this.#hot = pools.hot;
    this.db = parts.get<Kysely<Tables>>(Kysely);
    this.hot = parts.get(HotSql);
    this.expansion = parts.get(ExpandService);
    this.releases = parts.get(ReleaseRound);
    this.claims = parts.get(ClaimService);
    this.settlements = parts.get(SettleService);
    this.receipts = parts.get(ReceiptsService);
    this.matches = parts.get(MatchService);
    this.sweeps = parts.get(SweepService);
    this.holds = parts.get(Holds);
    this.verbs = verbsOf(parts.get(BroadcastControl), (id) => this.#pausesOf(id));
    this.finishing = parts.get(Finishing);
    this.identity = parts.get(DatabaseIdentity);
  }

  /** @param name tells its connections from others' */
  static async open(url: string, name: string): Promise<EngineWorker> {
    const gate = new CommitGate();
    const open = (options: string): pg.Pool =>
      gate.pool({ connectionString: url, max: 4, options, application_name: name });
    const pools = { general: open(clockOption(0)), hot: open(`${clockOption(0)} ${HOT_OPTIONS}`) };
    const parts = await wireClasses(
      engineConfig(url),
      { db: kyselyOn(pools.general), hot: new HotSql(pools.hot) },
      [
        ...CHANNELS,
        ...NO_QUEUES,
        Lane,
        TableStatistics,
        ExpandService,
        PaceControl,
        LatencyMeter,
        AchievedRates,
        WorkerSlots,
        ReleaseRepository,
        ReleaseRound,
        CappedRelease,
        ClaimService,
        OutdatedSuppressions,
        MatchService,
        SettleService,
        ReceiptsService,
        SweepRepository,
        SendQueue,
        ExpandQueue,
        SweepService,
        Holds,
        Broadcasts,
        BroadcastRepository,
        BroadcastUpdate,
        VerbKeys,
        Deciding,
        BroadcastControl,
        Finishing,
        DatabaseIdentity,
        RestoredDatabase,
      ],
    );
    parts.get(DatabaseIdentity).usePool(pools.general);
    return new EngineWorker(name, gate, pools, parts);
  }

  async close(): Promise<void> {
    await Promise.all([this.#general.end(), this.#hot.end()]);
  }

  /** What people held it by: whoever resumes names these, and leaves what the service found. */
  async #pausesOf(id: string): Promise<string[]> {
    const rows = await this.db
      .selectFrom('broadcastHold')
      .select('id')
      .where('broadcastId', '=', id)
      .where('reason', '=', 'operator')
      .execute();
    return rows.map((row) => row.id);
  }
}

/** Verbs as a request without an `Idempotency-Key` asks for them. */
const verbsOf = (
  control: BroadcastControl,
  pausesOf: (id: string) => Promise<string[]>,
): EngineWorker['verbs'] => {
  const ask = (verb: 'pause' | 'cancel') => async (id: string) => {
    await control[verb]({ id, verb, idempotency: undefined });
  };
  const resume = async (id: string) => {
    await control.resume({ id, verb: 'resume', idempotency: undefined }, await pausesOf(id));
  };
  return { pause: ask('pause'), resume, cancel: ask('cancel') };
};

/** What channels say of themselves and prepare; they cannot send. */
export const channelsOn = async <Tables>(on: {
  readonly db: Kysely<Tables>;
  readonly hot: HotSql;
}): Promise<MessageChannels> =>
  (await wireClasses(testConfig({}), on, CHANNELS)).get(MessageChannels);
