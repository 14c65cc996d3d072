import { WARM_UP_MESSAGES } from '../bench.js';
import { type MeasuredRun, measureRun } from './measured-run.js';
import type { Service } from './service.js';
import type { Testbed } from './testbed.js';
import type { WechatAccount } from './wechat-process.js';

/** A round of the product. */
export interface MeasuredBroadcast extends MeasuredRun {
  readonly broadcastId: string;
  readonly walBytes: number;
}

interface BroadcastRun {
  readonly receipts: boolean;
  readonly openids?: readonly string[];
  /** What happens beside it once half of it was sent. */
  readonly atHalf?: (() => Promise<unknown>) | undefined;
}

/** Measures a broadcast from its POST until its last receipt is settled. */
export async function measureBroadcast(
  testbed: Testbed,
  service: Service,
  account: WechatAccount,
  { receipts, openids, atHalf }: BroadcastRun,
): Promise<MeasuredBroadcast> {
  const [redis, postgres, wechat] = [
    await testbed.redis(),
    await testbed.postgres(),
    await testbed.wechat(),
  ];
  const messages = openids?.length ?? account.followers;
  const audience = openids === undefined ? { kind: 'all' } : { kind: 'openids', openids };
  let id = '';
  const loggedBefore = await postgres.walBytes(service.databaseUrl);
  const run = await measureRun({
    wechat,
    account,
    messages,
    spenders: { service: service.pids(), redis: redis.pids, postgres: postgres.pids },
    start: async () => void (id = await service.startBroadcast(account, { audience })),
    ...(atHalf && { atHalf }),
    isDone: async () => {
      if ((await wechat.stats(account.appid)).callbacks.pending > 0) return false;
      const { state, receiptsOpen } = await service.admin.broadcast(id);
      return state === 'finished' && (!receipts || receiptsOpen === 0);
    },
  });
  const logged = (await postgres.walBytes(service.databaseUrl)) - loggedBefore;
  await checkCounts(service, id, messages, receipts);
  return { ...run, broadcastId: id, walBytes: logged / messages };
}

/** Refuses the figures of a broadcast that did not reach everybody. */
async function checkCounts(
  service: Service,
  id: string,
  messages: number,
  receipts: boolean,
): Promise<void> {
  const { counts } = await service.admin.broadcast(id);
  const done = counts[receipts ? 'delivered' : 'accepted'] ?? 0;
  if (done !== messages)
    throw new Error(
      `all ${messages} messages should be done, and ${done} are: ${JSON.stringify(counts)}`,
    );
}

/** Creates an account that has sent its first broadcast, so that its slow start is over. */
export async function createWarmAccount(
  testbed: Testbed,
  service: Service,
  options: {
    readonly followers: number;
    readonly latencyMs: number;
    readonly receipts: boolean;
    /** What is done once the account is on record, before it sends. */
    readonly prepare?: (account: WechatAccount) => Promise<void>;
  },
): Promise<WechatAccount> {
  const wechat = await testbed.wechat();
  const account = await wechat.createAccount(options.followers, options.latencyMs);
  if (options.receipts)
    await wechat.changeAccount(account.appid, {
      callback: service.callbackSettings(account.appid),
    });
  await service.addAccount(account);
  await options.prepare?.(account);
  const { receipts } = options;
  const few = options.followers > WARM_UP_MESSAGES;
  await measureBroadcast(testbed, service, account, {
    receipts,
    ...(few ? { openids: await wechat.firstOpenids(account, WARM_UP_MESSAGES) } : {}),
  });
  return account;
}
