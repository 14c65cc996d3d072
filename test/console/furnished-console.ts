import type { SimulatorOptions } from '../../src/simulator/simulator.js';
import type { ConsoleWorld, Session } from './console-world.js';
import { furnishAudiences } from './furnished-audiences.js';
import { type Moment, momentsOf } from './moments.js';

/** Enough people for figures that look like those of a day, with the usual trouble among them. */
export const FURNISHED_WECHAT: SimulatorOptions = {
  followers: 4_000,
  population: { left: 0.02, blocking: 0.03, failing: 0.01 },
  receipts: { delayMinMs: 20, delayMaxMs: 2_000, shuffle: true },
};

interface Furnished {
  /** Every page, by a name for its picture. */
  readonly pages: Readonly<Record<string, string>>;
  readonly moments: Readonly<Record<string, Moment>>;
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
  const session = await world.logIn('wang.fang', PASSWORD);
  const act = actingAs(product.url, session);
  const send = async (change: Parameters<typeof product.body>[0]): Promise<string> =>
    (await act('POST', '/v1/broadcasts', await product.body(change))).id;

  const lists = await furnishAudiences(product);
  const done = await send({ name: '会员到期提醒' });
  await product.finished(done);
  const paused = await send({ name: '暑期公开课提醒', sendsPerSecond: 300 });
  await product.until(async () => (await product.show(paused)).counts.delivered > 700);
  await act('POST', `/v1/broadcasts/${paused}/pause`, { note: '文案有误，先别发' });
  const inThreeDays = new Date(Date.now() + 3 * 86_400_000).toISOString();
  const scheduled = await send({ name: '家长会通知', startAt: inThreeDays });
  const stopped = await send({ name: '秋季公开课提醒', sendsPerSecond: 100 });
  await product.until(async () => (await product.show(stopped)).counts.delivered > 100);
  await act('POST', `/v1/broadcasts/${stopped}/cancel`, {});
  const cancelled = await send({ name: '暑期班续费提醒', draft: true });
  await act('POST', `/v1/broadcasts/${cancelled}/cancel`, {});
  await act('POST', `/v1/broadcasts/${cancelled}/archive`, {});
  const draft = await send({ name: '寒假班报名', draft: true });
  // Part of the way with some under review, then slowly enough to be under way until the last picture.
  product.fault({ when: { every: 60 }, fault: { kind: 'errcode', errcode: 40252 } });
  const running = await send({ name: '开学典礼通知', sendsPerSecond: 100 });
  await product.until(async () => (await product.show(running)).counts.delivered > 900);
  await act('PATCH', `/v1/broadcasts/${running}`, { sendsPerSecond: 1 });
  return {
    session,
    moments: momentsOf({ appid, running, paused, scheduled, stopped, cancelled, done }),
    pages: {
      overview: '/',
      welcome: '/welcome',
      broadcasts: '/broadcasts',
      live: `/broadcasts/${running}`,
      paused: `/broadcasts/${paused}?appid=${appid}`,
      finished: `/broadcasts/${done}`,
      content: `/broadcasts/${done}/content`,
      deliveries: `/broadcasts/${done}/deliveries`,
      errors: `/broadcasts/${done}/errors`,
      timeline: `/broadcasts/${paused}/timeline`,
      'compose-template': `/compose/${draft}?step=template`,
      compose: `/compose/${draft}`,
      'compose-audience': `/compose/${draft}?step=audience`,
      'compose-when': `/compose/${draft}?step=when`,
      'compose-test': `/compose/${draft}?step=test`,
      'compose-confirm': `/compose/${draft}?step=confirm`,
      templates: `/templates?appid=${appid}`,
      uploads: `/audiences/uploads?appid=${appid}`,
      upload: `/audiences/uploads/${lists.imported}?appid=${appid}`,
      'upload-preview': `/audiences/uploads/${lists.previewed}?appid=${appid}`,
      'upload-failed': `/audiences/uploads/${lists.failed}?appid=${appid}`,
      tags: `/audiences/tags?appid=${appid}`,
      blacklist: `/audiences/blacklist?appid=${appid}`,
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
      login: '/login',
      logout: '/logout',
      queues: '/queues/',
      queue: '/queues/queue/inbox',
    },
  };
}

/** Calls of a person, so that what they did bears their name. */
const actingAs =
  (url: string, { cookies }: Session) =>
  async (method: string, path: string, body: unknown): Promise<{ readonly id: string }> => {
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: {
        cookie: cookies.map(({ name, value }) => `${name}=${value}`).join('; '),
        origin: url,
        'content-type': 'application/json',
      },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${method} ${path} answered ${await answer.text()}`);
    return (await answer.json()) as { id: string };
  };
