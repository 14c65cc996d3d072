import pg from 'pg';
import { StepTimes } from '../../../src/broadcast/engine/step-times.js';
import { HotSql } from '../../../src/database/hot-sql.js';
import { Metrics } from '../../../src/metrics/metrics.js';
import { createTestDatabase } from '../../support/stores/database.js';

const CLAIM = { name: 'claim', text: 'select from unnest($1::text[])' };
const ANOTHER = { name: 'one-delivery', text: 'select from unnest($1::text[])' };

describe('the times of the steps', () => {
  let pool: pg.Pool;
  let sql: HotSql;
  let metrics: Metrics;

  beforeAll(async () => {
    pool = new pg.Pool({ connectionString: (await createTestDatabase()).url, max: 2 });
  });

  afterAll(() => pool.end());

  beforeEach(() => {
    sql = new HotSql(pool);
    metrics = new Metrics();
    new StepTimes(sql, metrics).onModuleInit();
  });

  it('the times of the steps are taken once for a statement, with how many messages it was about', async () => {
    await sql.query(CLAIM, [['a', 'b', 'c']]);
    await sql.transaction((tx) => tx.query(CLAIM, [['d']]));

    expect(await exposed()).toContain('weicast_claim_seconds_count 2');
    expect(await exposed()).toContain('weicast_batch_messages_sum{step="claim"} 4');
    expect(await exposed()).toContain('weicast_batch_messages_count{step="claim"} 2');
  });

  it('the times of the steps leave out what belongs to no step, and what failed', async () => {
    await sql.query(ANOTHER, [['a']]);
    await expect(sql.query({ ...CLAIM, text: 'select 1 / 0' }, [])).rejects.toThrow();

    expect(await exposed()).toContain('weicast_claim_seconds_count 0');
  });

  const exposed = () => metrics.expose();
});
