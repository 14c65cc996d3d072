import pg from 'pg';
import { ProductWorld } from '../support/worlds/product-world.js';

const SLOW = 'wx00000000000000a5';
const SLOW_FOLLOWERS = 1_000;

/** Accounts share the workers and their queue. */
describe('an account whose calls take seconds', () => {
  let world: ProductWorld;
  afterEach(() => world.close());

  it('an account whose calls take seconds does not keep another account’s broadcast waiting', async () => {
    world = await ProductWorld.open({ name: 'PostgreSQL' }, { followers: 100 });
    world.wechat.putAccount({ appid: SLOW, followers: SLOW_FOLLOWERS });
    await world.stop();
    await world.start({ SEND_CONCURRENCY: '200' });
    await world.ready();
    await world.ready({ appid: SLOW });
    world.fault({ when: { appid: SLOW }, fault: { kind: 'delay', ms: 4_000 } });

    const templateId = await world.templateId('活动报名成功通知', SLOW);
    const slow = await world.broadcast({ appid: SLOW, templateId });
    await letClimbTo(1_000);
    const slowSends = () => world.wechat.stats(SLOW).sends.total;
    await world.until(async () => slowSends() > 200, 'the slow account to fill the workers');
    const fast = await world.broadcast();
    await world.until(async () => world.wechat.stats(world.appid).sends.total === 100);
    // Fifty a second is all that its answers allow: the others' hundred need a few seconds, not the twenty of the slow.
    expect(slowSends()).toBeLessThan(SLOW_FOLLOWERS * 0.75);
    world.wechat.clearFaults();
    expect((await world.finished(fast)).counts).toMatchObject({ delivered: 100 });
    await world.finished(slow);
  });

  /** Days of sending without trouble. */
  async function letClimbTo(rate: number): Promise<void> {
    const client = new pg.Client({ connectionString: world.databaseUrl });
    await client.connect();
    await client.query('update pace set rate = $1', [rate]);
    await client.end();
  }
});
