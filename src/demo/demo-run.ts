import { setTimeout as sleep } from 'node:timers/promises';
import type { Simulator } from '../simulator/simulator.js';
import type { AdminApi } from './admin-api.js';
import type { DemoBroadcast } from './demo-broadcast.js';
import type { DemoAccount } from './demo-wechat.js';

/** The figures of a run. States come from the API's `counts`; the simulator counts duplicates and token calls. */
export interface DemoFigures {
  readonly followers: number;
  readonly accepted: number;
  readonly delivered: number;
  readonly blocked: number;
  readonly failed: number;
  readonly refused: number;
  readonly unknown: number;
  readonly duplicates: number;
  readonly seconds: number;
  readonly firstSendMs: number;
  readonly tokenCalls: number;
}

export interface DemoWatcher {
  log(line: string): void;
  /** It has begun: somebody may want to watch it elsewhere. */
  begun(broadcastId: string): Promise<void>;
  progressed(broadcast: DemoBroadcast): void;
}

/** After so long without progress the demo reports what it has. */
const STALL_MS = 120_000;

/** The main job through the public API: account, templates, followers, broadcast, receipts. */
export async function runDemo(
  api: AdminApi,
  wechat: Simulator,
  account: DemoAccount,
  watcher: DemoWatcher,
): Promise<{ broadcast: DemoBroadcast; figures: DemoFigures }> {
  await api.post('/v1/accounts', {
    ...account,
    kind: 'service',
    name: '演示服务号 Demo',
    callbackMode: 'safe',
  });
  watcher.log(`account 公众号 ${account.appid}`);

  const path = `/v1/accounts/${account.appid}`;
  const { added } = await api.post<{ added: string[] }>(`${path}/templates/sync`);
  watcher.log(`templates 模板 ${added.length}`);
  const followers = await syncFollowers(api, path);
  watcher.log(`followers 粉丝 ${followers}`);

  const { items } = await api.get<{ items: { templateId: string; title: string }[] }>(
    `${path}/templates`,
  );
  const template = items.find(({ title }) => title === '课程开课提醒');
  if (!template)
    throw new Error('the simulator should have the template 课程开课提醒, and has not');

  const startedAt = Date.now();
  const { id } = await api.post<{ id: string }>('/v1/broadcasts', {
    appid: account.appid,
    templateId: template.templateId,
    name: '演示发送任务 Demo broadcast',
    content: DEMO_TEXT,
    audience: { kind: 'all' },
  });
  watcher.log(`broadcast 发送任务 ${id}`);
  await watcher.begun(id);
  const broadcast = await waitUntilOver(api, id, watcher);
  return { broadcast, figures: figuresOf(broadcast, wechat, followers, startedAt) };
}

/** Operators of the older sender wrote messages in this form. */
const DEMO_TEXT =
  '{{first.你好}} \n讲       师：{{keyword1.张三}} \n课程名称：{{keyword2.微信公众号开发}} \n' +
  '开始时间：{{keyword3.2020-11-23 8:00}} \n结束时间：{{keyword4.2020-11-23 9:00}} \n{{remark.欢迎参加}}';

async function syncFollowers(api: AdminApi, path: string): Promise<number> {
  await api.post(`${path}/followers/sync`);
  for (;;) {
    const walk = await api.get<{ state: string; seen: number; error?: unknown }>(
      `${path}/followers/sync`,
    );
    if (walk.state === 'done') return walk.seen;
    if (walk.state === 'failed')
      throw new Error(`the follower sync should end done, and failed: ${JSON.stringify(walk)}`);
    await sleep(100);
  }
}

async function waitUntilOver(
  api: AdminApi,
  id: string,
  watcher: DemoWatcher,
): Promise<DemoBroadcast> {
  let last = '';
  let movedAt = performance.now();
  for (;;) {
    const broadcast = await api.get<DemoBroadcast>(`/v1/broadcasts/${id}`);
    watcher.progressed(broadcast);
    if (broadcast.state === 'finished' && broadcast.receiptsOpen === 0) return broadcast;
    if (broadcast.state === 'cancelled') return broadcast;
    const now = JSON.stringify(broadcast.counts);
    if (now !== last) movedAt = performance.now();
    else if (performance.now() - movedAt > STALL_MS) return broadcast;
    last = now;
    await sleep(200);
  }
}

function figuresOf(
  { counts }: DemoBroadcast,
  wechat: Simulator,
  followers: number,
  startedAt: number,
): DemoFigures {
  const { duplicates, tokenCalls, sends } = wechat.stats();
  return {
    followers,
    accepted: counts.accepted,
    delivered: counts.delivered,
    blocked: counts.blocked,
    failed: counts.failed,
    refused: counts.refused,
    unknown: counts.unknown,
    duplicates,
    seconds: Math.round((Date.now() - startedAt) / 100) / 10,
    firstSendMs: sends.firstAt === null ? -1 : Math.max(0, sends.firstAt - startedAt),
    tokenCalls,
  };
}

/** Whether every follower is settled and nobody saw the message twice. */
export const isEveryoneSettled = (figures: DemoFigures): boolean =>
  figures.duplicates === 0 &&
  figures.followers ===
    figures.delivered + figures.blocked + figures.failed + figures.refused + figures.unknown;
