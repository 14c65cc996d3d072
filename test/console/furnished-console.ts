import type { ConsoleWorld, Session } from './console-world.js';

interface Furnished {
  /** Every page, by a name for its picture. */
  readonly pages: Readonly<Record<string, string>>;
  readonly session: Session;
}

const PASSWORD = 'correct horse battery';

/** An installation as it is after a while: accounts, people, keys, broadcasts in several states. */
export async function furnish(world: ConsoleWorld): Promise<Furnished> {
  const { product } = world;
  const { appid } = product;
  await product.expect(201, 'POST', '/v1/setup', {
    key: product.adminKey,
    login: 'wang.fang',
    name: '王芳',
    password: PASSWORD,
  });
  await product.ready({ name: '某某教育', labels: ['华东', '教育'] });
  await product.expect(201, 'POST', '/v1/accounts/sandbox', {});
  const [role, all] = ['sender', null] as const;
  await product.expect(201, 'POST', '/v1/operators', {
    login: 'li.lei',
    name: '李雷',
    grants: [{ appids: [appid], role }],
  });
  await product.expect(201, 'POST', '/v1/api-keys', {
    name: 'CRM',
    grants: [{ appids: all, role }],
  });
  const done = await product.broadcast({ name: '会员到期提醒' });
  await product.finished(done);
  const paused = await product.broadcast({ name: '暑期公开课提醒', sendsPerSecond: 2 });
  await product.until(async () => (await product.show(paused)).counts.delivered > 3);
  await product.expect(200, 'POST', `/v1/broadcasts/${paused}/pause`, {
    note: '文案有误，先别发',
  });
  await product.broadcast({
    name: '家长会通知',
    startAt: new Date(Date.now() + 3 * 86_400_000).toISOString(),
  });
  const running = await product.broadcast({ name: '开学典礼通知', sendsPerSecond: 1 });
  const draft = await product.broadcast({ name: '寒假班报名', draft: true });
  return {
    session: await world.logIn('wang.fang', PASSWORD),
    pages: {
      overview: '/',
      welcome: '/welcome',
      broadcasts: '/broadcasts',
      live: `/broadcasts/${running}`,
      paused: `/broadcasts/${paused}?appid=${appid}`,
      finished: `/broadcasts/${done}`,
      content: `/broadcasts/${done}/content`,
      deliveries: `/broadcasts/${done}/deliveries`,
      compose: `/compose/${draft}`,
      templates: `/templates?appid=${appid}`,
      recipients: `/recipients?appid=${appid}#${product.openid(0)}`,
      accounts: '/accounts',
      account: `/accounts/${appid}`,
      connect: `/accounts/${appid}/connect`,
      'new-account': '/accounts/new?kind=service',
      members: '/settings/members',
      keys: '/settings/keys',
      audit: '/settings/audit',
      system: '/settings/system',
      me: '/me',
    },
  };
}
