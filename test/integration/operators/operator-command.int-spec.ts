import { runOperatorCommand } from '../../../src/operators/command/operator-command.js';
import { kyselyOn } from '../../../src/database/dialect.js';
import pg from 'pg';
import {
  operatorsWorld,
  type OperatorsWorld,
  PASSWORD,
} from '../../support/worlds/operators-world.js';
import type { Kysely } from 'kysely';

const ONE_TIME = /^ {4}((?:[a-z2-9]{4}-){3}[a-z2-9]{4})$/m;

describe('npm run operator', () => {
  let world: OperatorsWorld;
  let db: Kysely<unknown>;
  beforeAll(async () => {
    world = await operatorsWorld();
    db = kyselyOn(new pg.Pool({ connectionString: world.api.databaseUrl, max: 1 }));
  });
  afterAll(async () => {
    await db.destroy();
    await world.close();
  });

  const run = async (...args: string[]): Promise<{ code: number; said: string }> => {
    let said = '';
    const code = await runOperatorCommand(args, db, (text) => (said += text));
    return { code, said };
  };

  it('npm run operator makes an admin, who comes in with the one-time password that it prints', async () => {
    const { code, said } = await run('create', 'rescuer', '--name', '救急');
    expect([code, said]).toEqual([0, expect.stringMatching(ONE_TIME)]);
    const [, password = ''] = ONE_TIME.exec(said) ?? [];
    expect(await world.browser().logIn('rescuer', password)).toMatchObject({
      status: 200,
      json: { name: '救急', mustChangePassword: true, can: { 'operator.manage': 'all' } },
    });
    expect(await run('create', 'RESCUER')).toMatchObject({
      code: 1,
      said: expect.stringContaining('is taken'),
    });
  });

  it('npm run operator brings a disabled admin without a phone back in, and ends their sessions', async () => {
    const person = await world.person('lost', [{ appids: null, role: 'admin' }]);
    await person.call('POST', '/v1/me/totp', { password: PASSWORD });
    await world.db.query(`update operator set totp_secret = totp_pending where login = 'lost'`);
    await run('create', 'another');
    expect(await run('disable', 'Lost')).toMatchObject({ code: 0 });
    expect(await world.browser().logIn('lost')).toMatchObject({ status: 403 });
    const { said } = await run('reset', 'lost', '--without-totp');
    const [, password = ''] = ONE_TIME.exec(said) ?? [];
    expect(await world.browser().logIn('lost', password)).toMatchObject({
      status: 200,
      json: { totp: { on: false } },
    });
    expect(await world.browser().logIn('lost')).toMatchObject({ status: 401 });
    // The command is another process, of which this one hears within seconds.
    const before = performance.now();
    while ((await person.call('GET', '/v1/me')).status !== 401)
      expect(performance.now() - before).toBeLessThan(10_000);
  });

  it('npm run operator lists people with their rights', async () => {
    const { said } = await run('list');
    expect(said).toMatch(/^\d+\trescuer\t救急\tadmin@\*$/m);
  });

  it.each([
    [[]],
    [['nonsense']],
    [['create']],
    [['create', 'a b']],
    [['create', 'x', '--role', 'king']],
    [['list', '--wrong']],
    [['reset', 'a', 'b']],
  ])('npm run operator says how it is used when it is told %j', async (args) => {
    const { code, said } = await run(...args);
    expect([code, said]).toEqual([2, expect.stringContaining('npm run operator -- reset')]);
  });

  it('npm run operator says so where there is no such person', async () => {
    expect(await run('reset', 'nobody')).toMatchObject({
      code: 1,
      said: expect.stringMatching(/nobody.*没有|没有.*nobody/),
    });
  });
});
