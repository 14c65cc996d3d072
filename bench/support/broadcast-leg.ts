import { WARM_UP_MESSAGES } from '../bench.js';
import { type Leg, runLeg } from './leg.js';
import type { Service } from './service.js';
import type { Stage } from './stage.js';
import type { WechatAccount } from './wechat.js';

/** A broadcast to all followers of the account, or to some of them, from the POST until its last receipt is settled. */
export async function broadcastLeg(
  stage: Stage,
  service: Service,
  account: WechatAccount,
  { receipts, openids }: { readonly receipts: boolean; readonly openids?: readonly string[] },
): Promise<Leg> {
  const [redis, postgres, wechat] = [
    await stage.redis(),
    await stage.postgres(),
    await stage.wechat(),
  ];
  const messages = openids?.length ?? account.followers;
  const audience = openids === undefined ? { kind: 'all' } : { kind: 'openids', openids };
  let id = '';
  const leg = await runLeg({
    wechat,
    account,
    messages,
    spenders: { service: service.pids(), redis: redis.pids, postgres: postgres.pids },
    start: async () => void (id = await service.broadcast(account, { audience })),
    isDone: async () => {
      if ((await wechat.books(account.appid)).callbacks.pending > 0) return false;
      const { state, receiptsOpen } = await service.admin.broadcast(id);
      return state === 'finished' && (!receipts || receiptsOpen === 0);
    },
  });
  await checkCounts(service, id, messages, receipts);
  return leg;
}

/** A figure of a broadcast that did not do its work is worth nothing. */
async function checkCounts(
  service: Service,
  id: string,
  messages: number,
  receipts: boolean,
): Promise<void> {
  const { counts } = await service.admin.broadcast(id);
  const done = counts[receipts ? 'delivered' : 'accepted'] ?? 0;
  if (done !== messages) throw new Error(`of ${messages} messages: ${JSON.stringify(counts)}`);
}

/** An account of the simulator that the service knows, with its first broadcast behind it: the slow start is over. */
export async function warmAccount(
  stage: Stage,
  service: Service,
  order: { readonly followers: number; readonly latencyMs: number; readonly receipts: boolean },
): Promise<WechatAccount> {
  const wechat = await stage.wechat();
  const account = await wechat.account(order.followers, order.latencyMs);
  if (order.receipts)
    await wechat.change(account.appid, { callback: service.callbackOf(account.appid) });
  await service.introduce(account);
  const { receipts } = order;
  const few = order.followers > WARM_UP_MESSAGES;
  await broadcastLeg(stage, service, account, {
    receipts,
    ...(few ? { openids: await wechat.firstOpenids(account, WARM_UP_MESSAGES) } : {}),
  });
  return account;
}
