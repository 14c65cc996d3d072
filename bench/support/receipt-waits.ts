import type { LedgerPage } from '../../src/simulator/reports/ledger-page.js';
import type { PostgresServer } from './postgres-server.js';
import type { WechatAccount, WechatProcess } from './wechat-process.js';

const PAGE = 2_000;

interface Stores {
  readonly wechat: WechatProcess;
  readonly postgres: PostgresServer;
  readonly databaseUrl: string;
}

/**
 * How long each receipt of each broadcast took to be stored, in ms: from when WeChat had it to push until the statement
 * that keeps it began. The locks for which that statement waits lie before its beginning, its own run after it.
 */
export async function receiptWaits(
  { wechat, postgres, databaseUrl }: Stores,
  { appid }: WechatAccount,
  broadcastIds: readonly string[],
): Promise<number[][]> {
  const pushedAt = await pushTimes(wechat, appid);
  const waits: number[][] = [];
  for (const id of broadcastIds) {
    const stored = await postgres.query<{ msgid: string; at: number }>(
      databaseUrl,
      `select r.msgid::text, extract(epoch from r.received_at)::float8 * 1000 as at
       from receipt r
       where r.broadcast_id = $1 and r.create_time >= (select created_at from broadcast where id = $1) - interval '1 second'`,
      [id],
    );
    waits.push(stored.map(({ msgid, at }) => at - (pushedAt.get(msgid) ?? NaN)));
  }
  return waits;
}

/** By msgid, in ms. */
async function pushTimes(wechat: WechatProcess, appid: string): Promise<Map<string, number>> {
  const times = new Map<string, number>();
  for (let after: string | null = ''; after !== null;) {
    const cursor: string = after === '' ? '' : `&after=${after}`;
    const page: LedgerPage = await wechat.call(
      'GET',
      `/__ledger?appid=${appid}&limit=${PAGE}${cursor}`,
    );
    for (const { messages } of page.items)
      for (const { msgid, finishedAt } of messages) times.set(msgid, Date.parse(finishedAt));
    after = page.next;
  }
  return times;
}
