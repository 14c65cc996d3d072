import { type Kysely, sql } from 'kysely';
import type { BroadcastTables } from '../../../src/broadcast/engine/record/engine.tables.js';
import { TableStatistics } from '../../../src/broadcast/engine/storage/table-statistics.js';
import { until } from '../../support/stores/redis-process.js';
import { EngineWorld } from '../../support/worlds/engine-world.js';

const ROWS = 10_000;

describe('the statistics of tables', () => {
  let world: EngineWorld;
  beforeEach(async () => {
    world = await EngineWorld.open();
    await sql`alter table follower set (autovacuum_enabled = false)`.execute(world.db);
  });
  afterEach(() => world.close());

  const known = async (): Promise<number> => {
    const { rows } = await sql<{ reltuples: number }>`
      select reltuples from pg_class where relname = 'follower'`.execute(world.db);
    return rows[0]?.reltuples ?? -1;
  };
  const committed = async (): Promise<boolean> => {
    const { rows } = await sql<{ live: string }>`
      select pg_stat_get_live_tuples('follower'::regclass) as live`.execute(world.db);
    return Number(rows[0]?.live) >= ROWS;
  };

  const fill = async (db: Kysely<BroadcastTables>): Promise<void> => {
    await sql`
      insert into follower (account_id, openid, subscribed, as_of)
      select ${world.accountId}, 'o' || lpad(i::text, 27, '0'), true, clock_now()
      from generate_series(1, ${ROWS}::integer) i`.execute(db);
  };

  it('the statistics of tables are not taken of one whose rows are not committed yet, but soon after', async () => {
    await world.db.transaction().execute(async (tx) => {
      await fill(tx);
      await new TableStatistics(world.db).run();
    });
    expect(await known()).toBe(-1);

    await new TableStatistics(world.db).run();
    expect(await known()).toBe(ROWS);
  });

  it('the statistics of tables are taken again of one that was looked at while its first rows were not committed', async () => {
    await world.db.transaction().execute(async (tx) => {
      await fill(tx);
      await sql`analyze follower`.execute(world.db);
    });
    expect(await known()).toBe(0);

    await until('the server to count what was committed', committed);
    await new TableStatistics(world.db).run();
    expect(await known()).toBe(ROWS);
  });
});
