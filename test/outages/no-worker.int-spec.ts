import { ProductWorld } from '../support/worlds/product-world.js';

/** An API process alone takes requests and does nothing of what they ask for. */
describe('without a worker', () => {
  let world: ProductWorld;

  beforeAll(async () => {
    world = await ProductWorld.open({ name: 'PostgreSQL' }, { followers: 20 });
    await world.ready();
    await world.stop();
    await world.start({ ROLES: 'api' });
  });
  afterAll(() => world.close());

  const waitingFor = async (path: string): Promise<unknown> =>
    (await world.expect(200, 'GET', path)).json.waitingFor;

  it('whatever is answered 202 says after ten seconds that it waits for a worker, and no more once one is there', async () => {
    const account = `/v1/accounts/${world.appid}`;
    const { audience: _, ...body } = await world.body();
    const openid = world.openid(1);
    const begun = performance.now();
    await world.expect(202, 'POST', `${account}/followers/sync`);
    await world.expect(202, 'POST', `${account}/check`);
    const broadcast = await world.broadcast();
    const test = await world.expect(202, 'POST', '/v1/broadcasts/test', {
      ...body,
      openids: [openid],
    });
    const message = await world.expect(202, 'POST', '/v1/messages', { ...body, openid });
    const paths = [
      `${account}/followers/sync`,
      `${account}/check`,
      `/v1/broadcasts/${broadcast}`,
      `/v1/broadcasts/${test.json.id}`,
      `/v1/messages/${message.json.id}`,
    ];
    const all = () => Promise.all(paths.map(waitingFor));
    const atFirst = await all();
    // Unless this machine was asleep for as long.
    if (performance.now() - begun < 9_000) expect(atFirst).toEqual(paths.map(() => null));
    await world.until(
      async () => (await all()).every((each) => each === 'worker'),
      'each of them to wait for a worker',
    );
    const { json: listed } = await world.expect(200, 'GET', '/v1/broadcasts');
    expect(listed.items).toMatchObject([{ id: broadcast, waitingFor: 'worker' }]);

    await world.stop();
    await world.start();
    await world.finished(broadcast);
    await world.finished(test.json.id);
    await world.until(
      async () => (await world.expect(200, 'GET', paths[0]!)).json.state === 'done',
      'the followers to be read',
    );
    expect(await all()).toEqual(paths.map(() => null));
  });
});
