import { setTimeout as sleep } from 'node:timers/promises';
import { StallDetector, waitUntil } from '../../test/chaos/world/polling.js';
import type { Figures } from '../bench.js';
import { countAfterKill, type RowSaid } from './kill-count.js';
import { type PlainService, withPlainService } from './plain-service.js';
import type { Service } from './service.js';
import type { Testbed } from './testbed.js';
import type { WechatAccount } from './wechat-process.js';

export interface Kill {
  readonly recipients: number;
  /** The share of the recipients whose message WeChat has accepted when the program is killed. */
  readonly at: number;
  /** How long nobody starts the program again. */
  readonly stoppedSeconds: number;
}

/** A program with one broadcast. */
interface Victim {
  kill(): Promise<void>;
  startAgain(): Promise<void>;
  /** Whether the program has nothing left to do. WeChat may still have to push. */
  hasEnded(): Promise<boolean>;
  rows(): Promise<RowSaid[]>;
}

const LATENCY_MS = 100;
const LOOK_MS = 500;
/** Lost jobs are found after a minute. A receipt that has not come for longer was pushed to nobody. */
const STILL_MS = 100_000;
/** More than whatever is tried again takes. */
const PATIENCE_MS = 15 * 60_000;

export async function killPlainService(
  testbed: Testbed,
  kill: Kill,
  options: { readonly sendsClientMsgId: boolean },
): Promise<Figures> {
  const wechat = await testbed.wechat();
  const account = await wechat.createAccount(kill.recipients, LATENCY_MS);
  return withPlainService(testbed, account, options, async (service) => {
    const id = await service.startBroadcast();
    return killMidway(testbed, account, kill, {
      kill: () => service.kill(),
      startAgain: () => service.startAgain(),
      hasEnded: async () => (await service.broadcast(id)).jobsLeft === 0,
      rows: async () => rowsOfPlainService(testbed, service, id),
    });
  });
}

export async function killWeicast(testbed: Testbed, kill: Kill): Promise<Figures> {
  const wechat = await testbed.wechat();
  const account = await wechat.createAccount(kill.recipients, LATENCY_MS);
  return testbed.withService({ processes: [['api', 'callback', 'worker']] }, async (service) => {
    const callback = service.callbackSettings(account.appid);
    await wechat.changeAccount(account.appid, { callback });
    await service.addAccount(account);
    const id = await service.startBroadcast(account);
    const receipts = new StallDetector();
    return killMidway(testbed, account, kill, {
      kill: () => service.kill(),
      startAgain: () => service.startAgain(),
      hasEnded: async () => {
        const { state, receiptsOpen } = await service.admin.broadcast(id);
        const stillMs = receipts.unchangedMs([state, receiptsOpen]);
        return state === 'finished' && (receiptsOpen === 0 || stillMs > STILL_MS);
      },
      rows: async () => rowsOfWeicast(testbed, service, id),
    });
  });
}

async function killMidway(
  testbed: Testbed,
  { appid }: WechatAccount,
  { recipients, at, stoppedSeconds }: Kill,
  victim: Victim,
): Promise<Figures> {
  const wechat = await testbed.wechat();
  const accepted = async (): Promise<number> => (await wechat.stats(appid)).accepted;
  while ((await accepted()) < recipients * at) await sleep(20);
  await victim.kill();
  const killedAt = performance.now();
  const acceptedBefore = await accepted();
  await sleep(stoppedSeconds * 1_000);
  await victim.startAgain();
  const startedAt = performance.now();
  await waitUntilStill(testbed, appid, victim);
  const [followers, ledger] = [await wechat.followers(appid), await wechat.ledger(appid)];
  return {
    recipients,
    acceptedBefore,
    stoppedForSeconds: (startedAt - killedAt) / 1_000,
    secondsUntilStill: (performance.now() - startedAt) / 1_000,
    ...countAfterKill(followers, await victim.rows(), ledger),
  };
}

/** Until neither has anything to do: the program, then WeChat, then the program with what WeChat pushed last. */
async function waitUntilStill(testbed: Testbed, appid: string, victim: Victim): Promise<void> {
  const wechat = await testbed.wechat();
  const isStill = async (): Promise<boolean> =>
    (await victim.hasEnded()) &&
    (await wechat.stats(appid)).callbacks.pending === 0 &&
    (await victim.hasEnded());
  await waitUntil('all work to be done after a kill', PATIENCE_MS, isStill, LOOK_MS);
}

const rowsOfPlainService = (testbed: Testbed, { databaseUrl }: PlainService, id: string) =>
  rowsSaid(
    testbed,
    databaseUrl,
    `select openid, msgid::text, case
       when result = 'success' then 'delivered'
       when result is not null or error is not null then 'failed'
       when msgid is not null then 'sent'
       else 'waits' end as says
     from recipient where broadcast_id = $1`,
    id,
  );

const rowsOfWeicast = (testbed: Testbed, { databaseUrl }: Service, id: string) =>
  rowsSaid(
    testbed,
    databaseUrl,
    `select openid, msgid::text, case
       when state in ('pending', 'queued', 'sending') then 'waits'
       when state in ('accepted', 'reviewing') then 'sent'
       when state in ('delivered', 'unknown') then state::text
       else 'failed' end as says
     from delivery where broadcast_id = $1`,
    id,
  );

async function rowsSaid(
  testbed: Testbed,
  databaseUrl: string,
  text: string,
  id: string,
): Promise<RowSaid[]> {
  const postgres = await testbed.postgres();
  return postgres.query<RowSaid>(databaseUrl, text, [id]);
}
