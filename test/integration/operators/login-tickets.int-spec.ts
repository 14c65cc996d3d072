import { ApiKeysService } from '../../../src/access/api-keys.service.js';
import { LoginTickets } from '../../../src/access/login-tickets.js';
import { monotonicClock } from '../../support/stores/monotonic-clock.js';
import {
  operatorsWorld,
  type OperatorsWorld,
  PASSWORD,
} from '../../support/worlds/operators-world.js';

describe('a ticket of an address that the service has printed', () => {
  let world: OperatorsWorld;
  beforeEach(async () => {
    world = await operatorsWorld();
  });
  afterEach(async () => {
    monotonicClock.giveBack();
    await world.close();
  });

  const issue = () => world.api.app.get(LoginTickets, { strict: false }).issue();
  const logIn = (key: string) => world.browser().call('POST', '/v1/login', { key });
  const setUp = (key: string) =>
    world
      .browser()
      .call('POST', '/v1/setup', { key, login: 'first', name: '第一', password: PASSWORD });
  const wrong = { status: 401, json: { code: 'wrong_key' } };

  it('a ticket of an address that the service has printed opens one session in place of the bootstrap key', async () => {
    const ticket = issue();
    expect(await logIn(ticket)).toMatchObject({
      status: 200,
      json: { kind: 'key', name: 'bootstrap' },
    });
    expect(await logIn(ticket)).toMatchObject(wrong);
  });

  it('a ticket of an address that the service has printed lets one in of two who come at once', async () => {
    const ticket = issue();
    const answers = await Promise.all([logIn(ticket), logIn(ticket)]);
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 401]);
  });

  it('a ticket of an address that the service has printed opens nothing after a quarter of an hour', async () => {
    const [early, late] = [issue(), issue()];
    monotonicClock.runAhead(14 * 60_000);
    expect(await logIn(early)).toMatchObject({ status: 200 });
    monotonicClock.runAhead(15 * 60_000 + 1);
    expect(await logIn(late)).toMatchObject(wrong);
  });

  it('a ticket of an address that the service has printed opens nothing once the bootstrap key itself has ended', async () => {
    const ticket = issue();
    await world.db.query(`update api_key set revoked_at = clock_now() where name = 'bootstrap'`);
    world.api.app.get(ApiKeysService, { strict: false }).forget();
    expect(await logIn(ticket)).toMatchObject(wrong);
    expect(await setUp(ticket)).toMatchObject(wrong);
  });

  it('a ticket of an address that the service has printed is spent by the setup that it has opened, and not by one that was refused', async () => {
    const ticket = issue();
    const body = { key: ticket, login: 'first', name: '第一', password: '1234567890' };
    expect(await world.browser().call('POST', '/v1/setup', body)).toMatchObject({ status: 422 });
    expect(await setUp(ticket)).toMatchObject({ status: 201 });
    expect(await logIn(ticket)).toMatchObject(wrong);
  });
});
