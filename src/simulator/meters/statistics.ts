import type { Account } from '../accounts/account.js';
import { SUCCESS } from '../ledger/ledger.js';
import type { SendMeter } from './send-meter.js';

/** What all accounts' ledgers and callbacks add up to, and each of them. `meter` also knows the sends that no account's token opened. */
export const statistics = (accounts: readonly Account[], meter: SendMeter) => ({
  ...counts(accounts),
  sends: meter.report(),
  accounts: Object.fromEntries(
    accounts.map((account) => [account.appid, accountStatistics(account)]),
  ),
});

export type Statistics = ReturnType<typeof statistics>;

const accountStatistics = (account: Account) => ({
  ...counts([account]),
  sends: account.meter.report(),
  callbacks: callbackReport(account),
});

const callbackReport = ({ receipts }: Account) => ({
  ...receipts.meter.report(),
  pending: receipts.pending,
});

function counts(accounts: readonly Account[]) {
  const byStatus: Record<string, number> = {};
  for (const { ledger } of accounts) {
    for (const [status, count] of ledger.byStatus)
      byStatus[status] = (byStatus[status] ?? 0) + count;
  }
  const sum = (of: (account: Account) => number): number =>
    accounts.reduce((total, account) => total + of(account), 0);
  const accepted = sum(({ ledger }) => ledger.accepted);
  const delivered = byStatus[SUCCESS] ?? 0;
  const blocked = byStatus['failed:user block'] ?? 0;
  return {
    accepted,
    /** Messages that stood on a phone. */
    seen: delivered,
    delivered,
    blocked,
    failed: accepted - delivered - blocked,
    byStatus,
    /** Sends that repeated a client_msg_id within its window and were not sent again. */
    repeats: sum(({ repeats }) => repeats),
    /** Openids that were sent anything. */
    recipients: sum(({ ledger }) => ledger.recipients),
    /** Openids that saw one message more than once. */
    duplicates: sum(({ ledger }) => ledger.duplicates),
    /** Calls of the token endpoints that were answered with a token. */
    tokenCalls: sum(({ tokensIssued }) => tokensIssued),
    tokenRequests: sum(({ tokenRequests }) => tokenRequests),
    callbacks: {
      ok: sum(({ receipts }) => receipts.meter.count('ok')),
      illegal: sum(({ receipts }) => receipts.meter.count('illegal')),
      unanswered: sum(({ receipts }) => receipts.meter.count('unanswered')),
      retried: sum(({ receipts }) => receipts.meter.retries),
      /** Pushes that wait or are on their way. */
      pending: sum(({ receipts }) => receipts.pending),
    },
  };
}
