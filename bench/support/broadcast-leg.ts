import { type Leg, runLeg } from './leg.js';
import type { Service } from './service.js';
import type { Stage } from './stage.js';
import type { WechatAccount } from './wechat.js';

/** A broadcast to all followers of the account, from the POST until its last receipt is settled. */
export async function broadcastLeg(
  stage: Stage,
  service: Service,
  account: WechatAccount,
  { receipts }: { readonly receipts: boolean },
): Promise<Leg> {
  const [redis, postgres, wechat] = [
    await stage.redis(),
    await stage.postgres(),
    await stage.wechat(),
  ];
  let id = '';
  const leg = await runLeg({
    wechat,
    account,
    messages: account.followers,
    spenders: { service: service.pids(), redis: redis.pids, postgres: postgres.pids },
    start: async () => void (id = await service.broadcast(account)),
    isDone: async () => {
      if ((await wechat.books(account.appid)).callbacks.pending > 0) return false;
      const { state, receiptsOpen } = await service.admin.show(id);
      return state === 'finished' && (!receipts || receiptsOpen === 0);
    },
  });
  await checkCounts(service, id, account, receipts);
  return leg;
}

/** A figure of a broadcast that did not do its work is worth nothing. */
async function checkCounts(
  service: Service,
  id: string,
  account: WechatAccount,
  receipts: boolean,
): Promise<void> {
  const { counts } = await service.admin.show(id);
  const done = counts[receipts ? 'delivered' : 'accepted'] ?? 0;
  if (done !== account.followers)
    throw new Error(`of ${account.followers} messages: ${JSON.stringify(counts)}`);
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
  await broadcastLeg(stage, service, account, order);
  return account;
}
