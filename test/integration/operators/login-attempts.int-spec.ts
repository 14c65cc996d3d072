import { type Kysely, sql } from 'kysely';
import pg from 'pg';
import { LoginAttempts } from '../../../src/operators/attempts/login-attempts.service.js';
import { kyselyOn } from '../../../src/database/dialect.js';
import { createTestDatabase, type TestDatabase } from '../../support/stores/database.js';

/** So many processes, each with connections of its own. */
const PROCESSES = 8;

describe('wrong tries', () => {
  let database: TestDatabase;
  let dbs: Kysely<unknown>[];
  let processes: LoginAttempts[];

  beforeAll(async () => {
    database = await createTestDatabase();
    dbs = Array.from({ length: PROCESSES }, () =>
      kyselyOn<unknown>(new pg.Pool({ connectionString: database.url, max: 2 })),
    );
    processes = dbs.map((db) => new LoginAttempts(db));
  });
  afterAll(async () => {
    await Promise.all(dbs.map((db) => db.destroy()));
    await database.drop();
  });

  const run = (text: string) => sql.raw<Record<string, unknown>>(text).execute(dbs[0]!);
  const at = (i: number) => processes[i % PROCESSES]!;
  const heard = async (tries: readonly Promise<unknown>[]) =>
    (await Promise.allSettled(tries)).filter(({ status }) => status === 'fulfilled').length;
  const waits = async (attempt: Promise<unknown>): Promise<number> => {
    const refused = await attempt.then(
      () => undefined,
      (error: { extra: { details: { retryAfterSeconds: number } } }) => error,
    );
    return refused?.extra.details.retryAfterSeconds ?? 0;
  };

  it('wrong tries of one login stop at ten, however many processes hear them at once', async () => {
    const tries = Array.from({ length: 40 }, (_, i) => at(i).take('everybody', `203.0.113.${i}`));
    expect(await heard(tries)).toBe(10);
    expect(await waits(at(3).take('EveryBody ', '198.51.100.1'))).toBeGreaterThan(50);
    // Another login is nobody else's business.
    expect(await heard([at(0).take('somebody', '198.51.100.1')])).toBe(1);
  });

  it('wrong tries wait for a time that doubles, up to an hour', async () => {
    const waited: number[] = [];
    for (let i = 0; i < 10; i++) await at(i).take('doubling', `203.0.113.${100 + i}`);
    for (let i = 0; i < 9; i++) {
      waited.push(await waits(at(i).take('doubling', `203.0.113.${110 + i}`)));
      await run(`update login_attempt set next_at = clock_now() where count >= 10`);
      expect(await heard([at(i).take('doubling', `203.0.113.${120 + i}`)])).toBe(1);
    }
    expect(waited.map((seconds) => Math.round(seconds / 60))).toEqual([
      1, 2, 4, 8, 16, 32, 60, 60, 60,
    ]);
  });

  it('wrong tries are forgotten ten minutes after the first of a few, and a day after a wait', async () => {
    const kept = async (count: number) => {
      const { rows } = await run(
        `select extract(epoch from forget_at - clock_now()) / 60 as minutes from login_attempt
         where count = ${count}`,
      );
      return rows.map(({ minutes }) => Math.ceil(Number(minutes)));
    };
    await run(`delete from login_attempt`);
    for (let i = 0; i < 9; i++) await at(i).take('slowly', `203.0.113.${200 + i}`);
    await run(`update login_attempt set forget_at = forget_at - interval '4 minutes'`);
    expect(await kept(9)).toEqual([6]);
    await at(9).take('slowly', '203.0.113.209');
    expect(await kept(10)).toEqual([24 * 60 + 1]);
    await run(`update login_attempt set forget_at = clock_now() where count = 10`);
    const next = await at(0).take('slowly', '203.0.113.210');
    const { rows } = await run(`select count from login_attempt order by forget_at desc`);
    expect(rows).toContainEqual({ count: 1 });
    await next.succeed();
  });

  it('wrong tries of a login are over once it comes in, and one that was right as far as it went does not count', async () => {
    for (let i = 0; i < 9; i++) await at(i).take('nearly', `192.0.2.${i}`);
    const tenth = await at(0).take('nearly', '192.0.2.10');
    await tenth.withdraw();
    const again = await at(1).take('nearly', '192.0.2.11');
    await again.succeed();
    expect(
      await heard(Array.from({ length: 12 }, (_, i) => at(i).take('nearly', `192.0.2.${20 + i}`))),
    ).toBe(10);
  });

  it('wrong tries from one network leave its other people two each, so that the right password still comes in', async () => {
    const office = '2001:db8:1:2::';
    for (let i = 0; i < 30; i++) {
      await at(i).take(`spray${i}`, `${office}${i + 1}`);
    }
    const colleague = await at(0).take('colleague', `${office}77`);
    await colleague.succeed();
    const tries = Array.from({ length: 5 }, (_, i) => at(i).take('victim', `${office}${i + 100}`));
    expect(await heard(tries)).toBe(2);
    // From elsewhere the login has its ten.
    expect(
      await heard(Array.from({ length: 8 }, (_, i) => at(i).take('victim', `192.0.2.${100 + i}`))),
    ).toBe(8);
  });

  it('wrong tries leave nothing behind for ever', async () => {
    await run(`update login_attempt set forget_at = clock_now() - interval '1 hour'`);
    for (let i = 0; i < 10; i++) await at(i).tidy();
    expect((await run(`select 1 from login_attempt`)).rows).toEqual([]);
  });

  it('wrong tries keep no login as it was typed, which may have been a password', async () => {
    await at(0).take('my secret password', '192.0.2.1');
    const { rows } = await run(`select key from login_attempt`);
    expect(JSON.stringify(rows)).not.toContain('secret');
    expect(rows).toHaveLength(2);
  });
});
