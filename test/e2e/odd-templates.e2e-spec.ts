import { ProductWorld } from '../support/worlds/product-world.js';

describe('a template that WeChat’s users really write', () => {
  let world: ProductWorld;

  beforeAll(async () => {
    world = await ProductWorld.open({ name: 'PostgreSQL' }, { followers: 2, testAccount: true });
    world.wechat.account().templates.add({
      title: '早安',
      content:
        '今天是{{date. DATA}}\n城市：{{date3.DATA}}\n温度：{{xz_3_0.DATA}}\n备注：{{课程.DATA}}',
    });
    await world.ready({ testAccount: true });
  });
  afterAll(() => world.close());

  it('a template that WeChat’s users really write reaches the phone without a hole, and with what its names seem to forbid', async () => {
    const templateId = await world.templateId('早安');
    const fields = { date: '星期一', date3: '杭州', xz_3_0: '3-10℃', 课程: '语文' };
    const { json } = await world.expect(
      202,
      'POST',
      '/v1/broadcasts',
      await world.body({ templateId, fields }),
    );
    expect(json.warnings.map(({ code }: { code: string }) => code)).toEqual([
      'mark_unread',
      'field_unread',
    ]);
    const { counts } = await world.finished(json.id);
    expect(counts).toMatchObject({ delivered: 2 });
    expect(world.wechat.ledger().items.map(({ messages }) => messages[0]?.content?.values)).toEqual(
      [fields, fields],
    );
  });
});
