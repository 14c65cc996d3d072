import { randomBytes } from 'node:crypto';
import { ProductWorld } from '../support/worlds/product-world.js';
import { describeBothQueues } from '../support/stores/redis.js';

/** All that could be taken for the other's is the same: openids, template ids, the callback's token. */
describeBothQueues('two accounts of one installation', (queue) => {
  let world: ProductWorld;
  afterEach(() => world.close());

  const say = (words: string, appid: string) => {
    const fields = { thing1: words, time2: '2026-11-28 19:30', thing3: '三号楼报告厅' };
    return world.broadcast({ appid, fields });
  };
  /** What WeChat took from an account, by openid. */
  const sent = (appid: string) =>
    world.wechat
      .ledger({ appid })
      .items.map(({ openid, messages }) => [
        openid,
        messages.map((m) => m.content?.values['thing1']),
      ]);

  it('two accounts of one installation send at the same time, each by its own token to its own followers alone', async () => {
    const other = `wx${randomBytes(8).toString('hex')}`;
    const openidSeed = 'the same people';
    world = await ProductWorld.open(queue, {
      followers: 150,
      openidSeed,
      population: { blocking: 0.1 },
      accounts: [{ appid: other, secret: 'b'.repeat(32), followers: 100, openidSeed }],
    });
    const { wechat, appid } = world;
    wechat.account(other).templates.replaceAll(wechat.account().templates.list());
    for (const account of [appid, other]) await world.ready({ appid: account });

    const ids = await Promise.all([say('甲', appid), say('乙', other)]);
    for (const id of ids)
      await world.until(async () => (await world.show(id)).state === 'finished', id);

    const people = Array.from({ length: 150 }, (_, number) => world.openid(number));
    expect(sent(appid)).toEqual(people.map((openid) => [openid, ['甲']]));
    expect(sent(other)).toEqual(people.slice(0, 100).map((openid) => [openid, ['乙']]));
    // Nor do the receipts of one move the deliveries of the other.
    const [ours, theirs] = await Promise.all(ids.map((id) => world.finished(id)));
    const { delivered, blocked } = wechat.stats(appid);
    expect(blocked).toBeGreaterThan(0);
    expect(ours?.counts).toMatchObject({ delivered, blocked });
    expect(theirs?.counts).toMatchObject({ delivered: 100, blocked: 0 });
    expect(wechat.stats().accounts).toMatchObject({
      [appid]: { tokenCalls: 1, sends: { byErrcode: { 0: 150 } } },
      [other]: { tokenCalls: 1, sends: { byErrcode: { 0: 100 } } },
    });
  });
});
