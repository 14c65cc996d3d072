import type { Account } from '../accounts/account.js';
import { CHANNELS, type Channel } from '../ledger/channel.js';
import { SUCCESS } from '../ledger/ledger.js';
import type { SendMeter } from '../meters/send-meter.js';

/** The sums over all accounts, and the figures of each. `meter` also has the sends without a valid token. */
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
  sends: account.sendMeter.report(),
  callbacks: callbackReport(account),
});

const callbackReport = ({ pushes }: Account) => ({
  ...pushes.meter.report(),
  pending: pushes.pending,
});

function counts(accounts: readonly Account[]) {
  const byStatus: Record<string, number> = {};
  const byChannel: Partial<Record<Channel, number>> = {};
  for (const { ledger } of accounts) {
    for (const [status, count] of ledger.byStatus)
      byStatus[status] = (byStatus[status] ?? 0) + count;
    for (const channel of CHANNELS) {
      const count = ledger.acceptedBy(channel);
      if (count > 0) byChannel[channel] = (byChannel[channel] ?? 0) + count;
    }
  }
  const sum = (of: (account: Account) => number): number =>
    accounts.reduce((total, account) => total + of(account), 0);
  const accepted = sum(({ ledger }) => ledger.accepted);
  const delivered = byStatus[SUCCESS] ?? 0;
  const blocked = byStatus['failed:user block'] ?? 0;
  return {
    accepted,
    /** Messages that a phone showed. */
    seen: delivered,
    delivered,
    blocked,
    failed: accepted - delivered - blocked,
    byStatus,
    byChannel,
    /** Sends that repeated a client_msg_id within its window and were not sent again. */
    repeats: sum(({ repeats }) => repeats),
    /** Openids that were sent anything. */
    recipients: sum(({ ledger }) => ledger.recipients),
    /** Openids that saw one message more than once. */
    duplicates: sum(({ ledger }) => ledger.duplicates),
    grants: grantReport(accounts),
    formIds: formIdReport(accounts),
    reviews: reviewReport(accounts),
    /** Calls of the token endpoints that got a token. */
    tokenCalls: sum(({ tokensIssued }) => tokensIssued),
    tokenRequests: sum(({ tokenRequests }) => tokenRequests),
    callbacks: {
      ok: sum(({ pushes }) => pushes.meter.count('ok')),
      illegal: sum(({ pushes }) => pushes.meter.count('illegal')),
      unanswered: sum(({ pushes }) => pushes.meter.count('unanswered')),
      retried: sum(({ pushes }) => pushes.meter.retries),
      /** Pushes that wait or are on their way. */
      pending: sum(({ pushes }) => pushes.pending),
    },
  };
}

function reviewReport(accounts: readonly Account[]) {
  const reports = accounts.map(({ reviews }) => reviews.report());
  return {
    taken: total(reports, ({ taken }) => taken),
    /** Sends that repeated the client_msg_id of a message under review, or of a refused one. */
    again: total(reports, ({ again }) => again),
    waiting: total(reports, ({ waiting }) => waiting),
    passed: total(reports, ({ passed }) => passed),
    refused: total(reports, ({ refused }) => refused),
  };
}

function grantReport(accounts: readonly Account[]) {
  const reports = accounts.map(({ grants }) => grants.report());
  return {
    /** Pairs of a person and a template. */
    holders: total(reports, ({ holders }) => holders),
    /** Messages that may still come, without long-term grants. */
    left: total(reports, ({ left }) => left),
    /** Messages that spent a grant, and sends that were refused because there was none. */
    spent: total(reports, ({ spent }) => spent),
    missing: total(reports, ({ missing }) => missing),
  };
}

function formIdReport(accounts: readonly Account[]) {
  const reports = accounts.map(({ formIds }) => formIds.report());
  const refused: Record<number, number> = {};
  for (const report of reports)
    for (const [errcode, count] of report.refused)
      refused[errcode] = (refused[errcode] ?? 0) + count;
  return {
    issued: total(reports, ({ issued }) => issued),
    /** Form_ids that are good for a message now. */
    live: total(reports, ({ live }) => live),
    /** Form_ids with an accepted message, and those messages. */
    used: total(reports, ({ used }) => used),
    uses: total(reports, ({ uses }) => uses),
    /** Form_ids that were named by more sends than they are good for. */
    presentedTooOften: total(reports, ({ presentedTooOften }) => presentedTooOften),
    /** Sends with a form_id that earlier messages had used up. Each got 41029. The latest are listed. */
    usedTwiceAttempts: total(reports, ({ usedTwiceAttempts }) => usedTwiceAttempts),
    usedTwice: reports.flatMap(({ usedTwice }) => usedTwice),
    /** Sends that were refused for their form_id, by errcode. */
    refused,
  };
}

const total = <Report>(reports: readonly Report[], of: (report: Report) => number): number =>
  reports.reduce((sum, report) => sum + of(report), 0);
