import { sql } from 'kysely';
import { Heartbeat } from '../../src/broadcast/engine/heartbeat.js';
import { DeliveryPartitions } from '../../src/broadcast/engine/storage/delivery-partitions.js';
import { monthAhead } from '../../src/broadcast/engine/storage/delivery-month.js';
import { RestoredDatabase } from '../../src/broadcast/engine/storage/restored-database.js';
import { Retention } from '../../src/broadcast/engine/storage/retention.js';
import { ExpandQueue } from '../../src/broadcast/engine/expand/expand.queue.js';
import type { ReleaseService } from '../../src/broadcast/engine/release/release.service.js';
import { SendQueue } from '../../src/broadcast/engine/send/send.queue.js';
import type { PeriodicTask } from '../../src/broadcast/engine/periodic/periodic-task.js';
import { PeriodicTasks } from '../../src/broadcast/engine/periodic/periodic-tasks.js';
import { SweepService } from '../../src/broadcast/engine/sweep/sweep.service.js';
import { QueueConfig, RetentionConfig } from '../../src/config/config.js';
import { DatabaseIdentity } from '../../src/database/identity/database-identity.js';
import { Clock } from '../../src/kernel/clock.js';
import { AwakeTime } from '../../src/metrics/awake-time.js';
import { TurnAges } from '../../src/metrics/turn-ages.js';
import { LoggedQueue } from '../../src/queue/logged-queue.js';
import { queueOptionsOnRedis } from '../../src/queue/queue-backend.js';
import { QueueRedis } from '../../src/queue/queue-redis.js';
import { channelsOn } from '../support/worlds/engine-worker.js';
import { EngineWorld } from '../support/worlds/engine-world.js';
import { describeWithRedis, uniquePrefix } from '../support/stores/redis.js';
import { until } from '../support/stores/redis-process.js';
import { SilentProxy } from '../support/stores/silent-proxy.js';

/** The test hands rows out by itself, before the beat begins. */
const NOTHING_TO_RELEASE = { tick: () => Promise.resolve(false) } as unknown as ReleaseService;

/** As it is, at every beat: an hour between two looks is more than a test waits. */
const oftenRepaired = (periodicTask: PeriodicTask): PeriodicTask => ({
  what: periodicTask.what,
  everyMs: 0,
  run: () => periodicTask.run(),
});

/** Holds that expire and schedules that begin are in `redis-away.e2e-spec.ts`. */
describeWithRedis('a worker whose sweep waits to add jobs to', (redisUrl) => {
  let world: EngineWorld;
  let proxy: SilentProxy;
  let port: number | undefined;
  let redis: QueueRedis;
  let heartbeat: Heartbeat;
  let broadcast: string;
  let restored: EngineWorld;
  let identity: DatabaseIdentity;

  /** Whether the sweep has found the row and stands at its job: it would ask for the next turn after four seconds. */
  const isSwept = async (): Promise<boolean> => {
    const { rows } = await sql<{ found: boolean }>`
      select bool_or(queued_at > clock_now() - interval '50 seconds') as found from delivery`.execute(
      world.db,
    );
    return rows[0]?.found === true;
  };

  beforeEach(async () => {
    world = await EngineWorld.open();
    restored = await EngineWorld.open();
    port = Number(new URL(redisUrl).port);
    proxy = await SilentProxy.open(() => port);
    const config = new QueueConfig(proxy.inFrontOf(redisUrl), uniquePrefix());
    redis = new QueueRedis(config);
    const options = queueOptionsOnRedis(redis.client!, config);
    const queue = (name: string) => new LoggedQueue(name, options);
    const sends = new SendQueue(queue('send'), queue('send-first'));

    identity = new DatabaseIdentity();
    const look = new RestoredDatabase(identity);
    identity.usePool(world.pool);
    await identity.checkAgain();
    const clock = new Clock();
    const partitions = new DeliveryPartitions(world.db, clock);
    const retention = new Retention(world.db, clock, new RetentionConfig(30));
    heartbeat = new Heartbeat(
      NOTHING_TO_RELEASE,
      new SweepService(
        world.sweeps,
        sends,
        new ExpandQueue(queue('expand')),
        await channelsOn(world),
      ),
      new PeriodicTasks([look, partitions, retention].map(oftenRepaired)),
      partitions,
      new TurnAges(new AwakeTime()),
    );

    broadcast = await world.broadcastTo('amy');
    await world.release(broadcast);
    await sql`update delivery set queued_at = clock_now() - interval '61 seconds'`.execute(
      world.db,
    );
    await until('Redis', () => Promise.resolve(redis.client?.status === 'ready'));
  });
  afterEach(async () => {
    port = Number(new URL(redisUrl).port);
    proxy.speak();
    redis.client?.disconnect(true); // and connects again: what waits to be added ends the beat
    await heartbeat.beforeApplicationShutdown();
    await redis.onApplicationShutdown();
    await proxy.close();
    await restored.close();
    await world.close();
  });

  /** As a pooler that leads elsewhere behind the back of connections: the record of ours, in another database. */
  const standsInThePlaceOfOurs = async (other: EngineWorld): Promise<void> => {
    await other.broadcastTo('amy');
    const record = await sql<{ row: string }>`
      select database_identity::text as row from database_identity`.execute(world.db);
    await sql`insert into database_identity
      select (${record.rows[0]!.row}::text::database_identity).*`.execute(other.db);
    identity.usePool(other.pool);
  };

  const holdsEverythingPartitionsAndDeletes = async (): Promise<void> => {
    await heartbeat.onApplicationBootstrap();
    await until('the sweep to find what it has to add', isSwept);
    const { suffix } = monthAhead(new Date(), 2);
    await sql`drop table ${sql.table(`receipt_${suffix}`)}`.execute(world.db);
    await sql`insert into idempotency_key (account_id, key, request_hash, broadcast_id, created_at)
      values (${world.accountId}, 'old', '', ${broadcast}, clock_now() - interval '31 days')`.execute(
      world.db,
    );
    await standsInThePlaceOfOurs(restored);

    await until('the restored database to be noticed', async () => {
      const holds = await restored.db.selectFrom('broadcastHold').select('reason').execute();
      return holds.some(({ reason }) => reason === 'restored');
    });
    await until('the partition to be made', async () => {
      const { rows } = await sql<{ there: boolean }>`
        select to_regclass(${`receipt_${suffix}`}) is not null as there`.execute(world.db);
      return rows[0]?.there === true;
    });
    await until('the old key to be deleted', async () => {
      const { rows } = await sql`select from idempotency_key`.execute(world.db);
      return rows.length === 0;
    });
  };

  it('a silent Redis keeps no worker from noticing a restored database, making partitions, and deleting what is old', async () => {
    proxy.silence();
    await holdsEverythingPartitionsAndDeletes();
  });

  it('an absent Redis keeps no worker from noticing a restored database, making partitions, and deleting what is old', async () => {
    port = undefined;
    redis.client?.disconnect(true);
    await holdsEverythingPartitionsAndDeletes();
  });
});
