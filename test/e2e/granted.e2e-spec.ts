import { ProductWorld } from '../support/worlds/product-world.js';
import { describeBothQueues } from '../support/stores/redis.js';

const HOLDERS = 30;

/** People who hold one to three grants each, and others who hold none. */
describeBothQueues('a granted broadcast', (queue) => {
  let world: ProductWorld;
  afterEach(() => world.close());

  it('a granted broadcast goes to the holders alone, and ends exactly when each has spent theirs', async () => {
    world = await ProductWorld.open(queue, { kind: 'mini_program', followers: 2 * HOLDERS });
    await world.ready({ kind: 'mini_program' });
    const templateId = await world.templateId('上课提醒');
    const grantsOf = (index: number): number => (index < HOLDERS ? 1 + (index % 3) : 0);
    for (const times of [1, 2, 3]) {
      const openids = Array.from({ length: HOLDERS }, (_, i) => i)
        .filter((i) => grantsOf(i) === times)
        .map((i) => world.openid(i));
      const told = await world.wechat.grant({ openids, templateIds: [templateId], times });
      expect(told.answeredWell).toBe(times * openids.length);
    }
    const held = async (): Promise<number> => {
      const counts = await Promise.all(
        Array.from({ length: HOLDERS }, async (_, i) => {
          const path = `/v1/accounts/${world.appid}/grants/${world.openid(i)}`;
          const { json } = await world.expect(200, 'GET', path);
          return json.items[0]?.count ?? 0;
        }),
      );
      return counts.reduce((sum, count) => sum + count, 0);
    };
    const allHeld = (count: number) =>
      world.until(async () => (await held()) === count, `${count} grants on record`);
    await allHeld(2 * HOLDERS);

    const body = {
      appid: world.appid,
      channel: 'subscribe',
      templateId,
      fields: { thing1: '秋季公开课', time2: '2026-11-28 19:30', thing3: '三号楼报告厅' },
      page: 'pages/index/index?from=test',
      audience: { kind: 'granted' },
    };
    // A third of them hold three, two thirds at least two.
    for (const [round, holders] of [HOLDERS, (HOLDERS * 2) / 3, HOLDERS / 3].entries()) {
      const { json } = await world.expect(202, 'POST', '/v1/broadcasts', body);
      expect(json).toMatchObject({ channel: 'subscribe', protection: 'none' });
      const shown = await world.finished(json.id);
      expect(shown).toMatchObject({ total: holders, counts: { delivered: holders } });
      await allHeld([HOLDERS, HOLDERS / 3, 0][round]!);
    }
    const { json, status } = await world.call('POST', '/v1/broadcasts', body);
    expect([status, json.code]).toEqual([422, 'audience_empty']);

    // Counted against the path that a mini program sends by.
    const { json: quota } = await world.expect(200, 'GET', `/v1/accounts/${world.appid}/quota`);
    expect(quota).toMatchObject({ limit: 10_000_000, ours: 2 * HOLDERS, others: 0 });
    const sent = Array.from(
      { length: 2 * HOLDERS },
      (_, i) => world.wechat.ledger({ openid: world.openid(i) }).items[0]?.messages.length ?? 0,
    );
    expect(sent).toEqual(Array.from({ length: 2 * HOLDERS }, (_, i) => grantsOf(i)));
  });
});
