import type { OpenidLedger } from '../../../src/simulator/reports/ledger-page.js';
import type { ReviewView } from '../../../src/simulator/reviews/review.js';
import type { DeliveryRow, Facts } from './facts.js';
import type { ForgottenPeriod } from '../world/postgres-store.js';
import { type Excuses, explainMissingReceipt } from './missing-receipt.js';
import { isTooFast, type Speed } from './speed.js';

export interface Verdict {
  /** The broken promises. A round must end without any. */
  readonly violations: readonly string[];
  readonly sends: number;
  readonly speed: Speed;
  readonly unknown: number;
  /** Messages that WeChat took into review, and rows that stay so because nothing more comes for them. */
  readonly reviewed: number;
  readonly stillReviewing: number;
  readonly sawTwice: number;
  /** Rows whose receipt never reached the service, because the callback or its store was away at every try. */
  readonly receiptsUndelivered: number;
  /** Rows whose receipt was acknowledged shortly before its store was emptied, set back or restored. */
  readonly receiptsLost: number;
  /** Rows that were skipped, because a restored database had forgotten their message and learned that they block. */
  readonly skippedForgotten: number;
}

export const OPEN: readonly string[] = ['pending', 'queued', 'sending'];
const AWAITING: readonly string[] = ['accepted', 'reviewing'];
const LISTED = ['refused', 'unknown', 'blocked', 'failed'];
/** The number of examples that are printed for one kind of violation. */
const SHOWN = 3;

/** Compares what the service says about a broadcast with what WeChat did. */
export function judge(facts: Facts, excuses: Excuses): Verdict {
  const reports = new Map<string, string[]>();
  const report = (what: string, example: string): void => {
    reports.set(what, [...(reports.get(what) ?? []), example]);
  };
  const { broadcast, rows, ledger } = facts;
  if (broadcast.state !== 'finished') {
    const held = broadcast.holds.map(({ reason }) => reason).join(', ');
    report('the broadcast did not finish', `${broadcast.state}, held: ${held || 'not'}`);
  }
  judgeCounts(facts, report);

  let receiptsUndelivered = 0;
  let receiptsLost = 0;
  let skippedForgotten = 0;
  for (const row of rows) {
    const sent = ledger.get(row.openid);
    const forgotten = isForgotten(row, sent, facts.forgotten);
    if (forgotten) skippedForgotten++;
    const review = facts.reviews.get(row.openid);
    if (isForgottenReview(row, review, facts.forgotten)) continue;
    const fault = forgotten ? undefined : (faultOfReview(row, review) ?? faultOfRow(row, sent));
    const example = `${row.openid} ${row.state}, msgid ${row.msgid}, attempts ${row.attempts}, errcode ${row.errcode}; WeChat: ${describeLedger(sent)}`;
    if (fault) report(fault, example);
    if (!AWAITING.includes(row.state) || fault) continue;
    // The message passed without a receipt.
    if (review?.end === 'silent') continue;
    const msgid = sent?.messages[0]?.msgid ?? '';
    const tries = facts.triesOf(msgid);
    const onRecord = facts.receipts.has(msgid);
    // The service matches a receipt with an untold msgid to no row while another system may send.
    if (onRecord && row.state === 'reviewing' && row.msgid === null && facts.othersSend) continue;
    const fate = explainMissingReceipt(tries, onRecord, excuses);
    if (fate === 'undelivered') receiptsUndelivered++;
    else if (fate === 'lost') receiptsLost++;
    else report(fate.violation, `${example}; pushed ${JSON.stringify(tries)}`);
  }
  const { speed } = facts;
  if (isTooFast(speed)) report('sent faster than allowed', `${speed.peak}/s of ${speed.rate}/s`);
  const twice = [...ledger.values()].filter(({ seen, duplicate }) => seen > 1 || duplicate);
  for (const one of twice) report('SEEN TWICE', `${one.openid}; WeChat: ${describeLedger(one)}`);

  return {
    violations: [...reports].map(
      ([what, examples]) =>
        `${facts.appid}: ${what} (${examples.length}): ${examples.slice(0, SHOWN).join(' | ')}`,
    ),
    sends: [...ledger.values()].reduce((sum, { messages }) => sum + messages.length, 0),
    speed: facts.speed,
    unknown: rows.filter(({ state }) => state === 'unknown').length,
    reviewed: facts.reviews.size,
    stillReviewing: rows.filter(({ state }) => state === 'reviewing').length,
    sawTwice: twice.length,
    receiptsUndelivered,
    receiptsLost,
    skippedForgotten,
  };
}

function judgeCounts(
  { broadcast, rows, followers, problems }: Facts,
  report: (what: string, example: string) => void,
): void {
  const byState = countBy(rows, ({ state }) => state);
  for (const [state, count] of Object.entries(broadcast.counts)) {
    const real = byState[state] ?? 0;
    if (count !== real)
      report('a counter differs from the rows', `${state}: ${count}, rows ${real}`);
  }
  const sum = Object.values(broadcast.counts).reduce((a, b) => a + b, 0);
  if (broadcast.total !== sum)
    report('the total is not the sum of the states', `${broadcast.total}`);
  if (broadcast.total !== followers.length)
    report('the total is not the audience', `${broadcast.total} of ${followers.length}`);
  const known = new Set(rows.map(({ openid }) => openid));
  for (const openid of followers) if (!known.has(openid)) report('a recipient is lost', openid);
  for (const state of LISTED) {
    const listed = problems[state] ?? 0;
    const real = byState[state] ?? 0;
    if (listed !== real)
      report('a list of problems differs from the rows', `${state}: ${listed}, rows ${real}`);
  }
}

/** The fault of a row about the review of WeChat, or undefined. */
function faultOfReview(
  { state, errcode, detail }: DeliveryRow,
  review: ReviewView | undefined,
): string | undefined {
  if (detail === 'intercepted' && review?.state !== 'refused')
    return 'a row was refused as intercepted, and was not';
  if (state === 'unknown' && errcode === 40252) return 'a review was given up before its time';
  if (state !== 'reviewing') return undefined;
  switch (review?.state) {
    case 'waiting':
      return 'a review is not decided';
    case 'refused':
      return 'a row is under review, and WeChat refused it';
    case 'passed':
      return undefined;
    case undefined:
      return 'a row is under review, and WeChat never reviewed it';
  }
}

/** The fault of a row, or undefined. */
function faultOfRow(row: DeliveryRow, sent: OpenidLedger | undefined): string | undefined {
  if (OPEN.includes(row.state)) return 'a row is still open';
  const messages = sent?.messages ?? [];
  if (messages.length > 1) return 'a recipient was sent it more than once';
  const [message] = messages;
  switch (row.state) {
    case 'refused':
    case 'skipped':
      return message && `a ${row.state} row was sent`;
    case 'unknown':
      // A refusal of the first attempt is proof. Only an earlier attempt without an answer leaves a doubt.
      return row.attempts < 2 ? 'a row is unknown without an earlier attempt' : undefined;
    default:
      break;
  }
  if (!message) return `an ${row.state} row was not sent`;
  if (row.msgid !== null && row.msgid !== message.msgid) return "a row has another's msgid";
  if (AWAITING.includes(row.state)) return undefined;
  const became = stateOfStatus(message.status);
  return became === row.state ? undefined : `a row is ${row.state}, and WeChat says ${became}`;
}

/**
 * The message was sent between a back-up and its restore, so the row does not know it. Then the receipt told that the
 * recipient blocks, so the row was skipped. The service cannot know better, and sends nothing.
 */
function isForgotten(
  { state, detail, attempts }: DeliveryRow,
  sent: OpenidLedger | undefined,
  forgotten: ForgottenPeriod | undefined,
): boolean {
  const [message, another] = sent?.messages ?? [];
  if (!forgotten || !message || another) return false;
  const acceptedAt = new Date(message.acceptedAt);
  return (
    state === 'skipped' &&
    detail === 'suppressed' &&
    attempts === 0 &&
    stateOfStatus(message.status) === 'blocked' &&
    acceptedAt >= forgotten.from &&
    acceptedAt <= forgotten.until
  );
}

/**
 * WeChat took the message into review between a back-up and its restore, and refused it. The service sent it again, so
 * the row expects a later review than the one that WeChat lists. It ends `unknown` two hours after its claim.
 */
function isForgottenReview(
  { state, errcode }: DeliveryRow,
  review: ReviewView | undefined,
  forgotten: ForgottenPeriod | undefined,
): boolean {
  if (!forgotten || review?.state !== 'refused') return false;
  const takenAt = new Date(review.takenAt);
  return (
    state === 'reviewing' &&
    errcode === 40252 &&
    takenAt >= forgotten.from &&
    takenAt <= forgotten.until
  );
}

function stateOfStatus(status: string): string {
  if (status === 'success') return 'delivered';
  return status.replaceAll(' ', '') === 'failed:userblock' ? 'blocked' : 'failed';
}

const describeLedger = (sent: OpenidLedger | undefined): string =>
  sent === undefined
    ? 'nothing'
    : sent.messages
        .map((message) => `${message.msgid} ${message.status} ${message.acceptedAt}`)
        .join(', ');

function countBy<T>(items: readonly T[], key: (item: T) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const item of items) counts[key(item)] = (counts[key(item)] ?? 0) + 1;
  return counts;
}
