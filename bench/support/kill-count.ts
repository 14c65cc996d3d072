import type { OpenidLedger } from '../../src/simulator/reports/ledger-page.js';

/** What a program's own row says about one recipient, in the words that both programs share. */
export interface RowSaid {
  readonly openid: string;
  readonly says: 'waits' | 'sent' | 'delivered' | 'failed' | 'unknown';
  readonly msgid: string | null;
}

/** What is left of a broadcast when nothing is under way any more. Recipients, counted. */
export interface KillCount {
  readonly gotItTwice: number;
  readonly neverGotIt: number;
  /** Rows that contradict what WeChat did, or that are not there though WeChat delivered. */
  readonly falseRows: number;
  /** Rows that stay sent although the program told WeChat that it had taken their receipt. */
  readonly receiptsTakenAndLost: number;
  /** Rows that stay sent because nobody answered at any of WeChat's tries. */
  readonly receiptsPushedInVain: number;
  /** Rows that say that nobody can know. */
  readonly rowsInDoubt: number;
}

/** Compares the rows with WeChat's ledger. Both know this one broadcast and no other. */
export function countAfterKill(
  followers: readonly string[],
  rows: readonly RowSaid[],
  ledger: ReadonlyMap<string, OpenidLedger>,
): KillCount {
  const byOpenid = new Map(rows.map((row) => [row.openid, row]));
  const seen = (openid: string): number => ledger.get(openid)?.seen ?? 0;
  const count = (isOne: (openid: string, row: RowSaid | undefined) => boolean): number =>
    followers.filter((openid) => isOne(openid, byOpenid.get(openid))).length;
  return {
    gotItTwice: count((openid) => seen(openid) > 1),
    neverGotIt: count((openid) => seen(openid) === 0),
    falseRows: count((openid, row) => isFalse(row, ledger.get(openid))),
    receiptsTakenAndLost: count(
      (openid, row) => row?.says === 'sent' && hasReceipt(ledger.get(openid)),
    ),
    receiptsPushedInVain: count(
      (openid, row) => row?.says === 'sent' && !hasReceipt(ledger.get(openid)),
    ),
    rowsInDoubt: count((_, row) => row?.says === 'unknown'),
  };
}

const hasReceipt = (sent: OpenidLedger | undefined): boolean =>
  sent?.messages.some(({ receiptsAnswered }) => receiptsAnswered > 0) ?? false;

function isFalse(row: RowSaid | undefined, sent: OpenidLedger | undefined): boolean {
  const wasSeen = (sent?.seen ?? 0) > 0;
  if (row === undefined) return wasSeen;
  const { says, msgid } = row;
  if (msgid !== null && !sent?.messages.some((message) => message.msgid === msgid)) return true;
  switch (says) {
    case 'waits':
    case 'failed':
      return wasSeen;
    case 'sent':
      return sent === undefined;
    case 'delivered':
      return !wasSeen;
    case 'unknown':
      return false;
  }
}
