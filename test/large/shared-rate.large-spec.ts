import { ProductWorld } from '../support/worlds/product-world.js';

/** One account's rate while somebody changes it, and between its broadcasts, as WeChat sees it. */
describe('the rate that goes out', () => {
  let world: ProductWorld;
  afterEach(() => world.close());

  const open = async (sendsPerSecond: number): Promise<void> => {
    world = await ProductWorld.open({ name: 'PostgreSQL' }, { followers: 10_000 });
    await world.ready({ sendsPerSecond });
  };
  /** Running, and told from others by what it says. */
  const broadcast = async (thing1: string): Promise<string> => {
    const fields = { thing1, time2: '2026-11-28 19:30', thing3: '三号楼报告厅' };
    const id = await world.broadcast({ fields });
    await world.until(async () => {
      const { accepted, delivered } = (await world.show(id)).counts;
      return accepted + delivered > 0;
    }, `${thing1} to send`);
    return id;
  };
  const change = (path: string, sendsPerSecond: number | null) =>
    world.expect(200, 'PATCH', path, { sendsPerSecond });

  const sends = () => world.wechat.stats(world.appid).sends;
  /** WeChat forgets what went out before, and has so many more. */
  const more = (count: number): Promise<void> => {
    world.wechat.reset();
    return world.until(() => Promise.resolve(sends().total >= count), `${count} sends`);
  };
  /** How many of the next sends say so. */
  const shareOf = async (thing1: string, count = 100): Promise<number> => {
    await more(count);
    return world.wechat
      .ledger({ limit: 10_000 })
      .items.flatMap(({ messages }) => messages)
      .filter(({ content }) => content?.values['thing1'] === thing1).length;
  };

  it('the rate that goes out is shared fairly by two broadcasts, however low it is', async () => {
    await open(10);
    await broadcast('one');
    await broadcast('two');
    const one = await shareOf('one');
    expect(Math.min(one, sends().total - one)).toBeGreaterThan(25);
  }, 120_000);

  it('the rate that goes out follows the cap of the account, up and down', async () => {
    await open(20);
    const cap = (most: number) => change(`/v1/accounts/${world.appid}`, most);
    await broadcast('one');
    await more(60);
    expect(sends().perSecond.max).toBeLessThan(40);

    await cap(200);
    await world.until(() => Promise.resolve(sends().perSecond.max > 40), 'a higher rate');

    await cap(20);
    await more(20); // some were on their way
    await more(60);
    expect(sends().perSecond.max).toBeLessThan(40);
  }, 120_000);

  it('the rate that goes out follows the cap of a broadcast, down and up, and leaves the rest to the other', async () => {
    await open(200);
    const one = await broadcast('one');
    await broadcast('two');
    await world.until(async () => (await shareOf('one')) > 25, 'a share');

    await change(`/v1/broadcasts/${one}`, 2);
    await world.until(async () => (await shareOf('one')) < 25, 'hardly any');
    expect(await shareOf('two')).toBeGreaterThan(75);

    await change(`/v1/broadcasts/${one}`, null);
    await world.until(async () => (await shareOf('one')) > 25, 'a share again');
  }, 120_000);
});
