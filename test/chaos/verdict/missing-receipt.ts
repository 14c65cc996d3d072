import type { InjectedFault } from '../faults/fault-injector.js';
import type { Outage } from './outages.js';
import type { QueueName } from '../plan/plan.js';
import type { ForgottenPeriod } from '../world/postgres-store.js';
import type { PushTry } from '../world/push-recorder.js';

/** A time, by `Date.now()`, after which a store no longer held what it held at the beginning. */
export interface Loss {
  readonly from: number;
  readonly until: number;
}

/** What can explain that a receipt never settled its row. */
export interface Excuses {
  readonly queue: QueueName;
  readonly outages: readonly Outage[];
  readonly losses: readonly Loss[];
  /** When the callback answered any push well. */
  readonly answers: readonly number[];
}

/** A machine that is busy with others' rounds takes so long from an answered push to its row. */
const BACKLOG_MS = 5_000;
/** So long, at the most, a process needs to serve after its start, and a client to find its store again. */
const BOOT_MS = 60_000;
/** A dead worker's job: its lock lasts 30 s, and every 30 s somebody looks for such. */
const STALLED_MS = 65_000;
/** A job that PostgreSQL refused waits up to 15 s for its next try. */
const BACKED_OFF_MS = 20_000;

/** How long after an outage what it kept from being done may still wait. */
const AFTERMATH_MS: Readonly<Partial<Record<Outage['of'], number>>> = {
  'worker-1': STALLED_MS,
  'worker-2': STALLED_MS,
  redis: STALLED_MS,
  postgres: BACKED_OFF_MS,
};

export const lossesOf = (
  faults: readonly Pick<InjectedFault, 'fault' | 'from' | 'until'>[],
  forgotten: ForgottenPeriod | undefined,
): Loss[] => [
  ...faults.filter(
    ({ fault: { kind } }) => kind === 'redis-empty' || kind === 'redis-loses-writes',
  ),
  ...(forgotten ? [{ from: forgotten.from.getTime(), until: forgotten.until.getTime() }] : []),
];

/**
 * Until when, at the most, a push that was answered then may have been nowhere but in Redis. In quiet times that is
 * a moment; what keeps the workers from the job while it waits adds its own length, and what comes of it.
 */
export function mayWaitUntil(answeredAt: number, outages: readonly Outage[]): number {
  let until = answeredAt + BACKLOG_MS;
  for (;;) {
    const reached = outages
      .filter(({ from, until: end }) => from <= until && end + BOOT_MS >= answeredAt)
      .map(({ of, until: end }) => end + (AFTERMATH_MS[of] ?? -Infinity));
    const latest = Math.max(until, ...reached);
    if (latest === until) return until;
    until = latest;
  }
}

/** Whether a push that was answered may be gone with a store that was emptied, set back or restored. */
const mayBeLost = ({ from, until }: PushTry, { queue, outages, losses }: Excuses): boolean =>
  losses.some(
    (loss) =>
      from <= loss.until &&
      // A queue in the database is in its back-up, too.
      (queue === 'redis' ? mayWaitUntil(until, outages) : until) >= loss.from,
  );

/** Whether the callback may have been unable to take a push: it was away, or the store of its queue was. */
function mayFail(attempt: PushTry, { queue, outages, answers }: Excuses): boolean {
  return outages
    .filter(({ of }) => of === 'callback' || of === queue)
    .some((outage) => {
      const firstAnswer = Math.min(...answers.filter((at) => at > outage.until));
      const back = Math.min(firstAnswer, backBy(outage, outages));
      return attempt.until >= outage.from && attempt.from <= back;
    });
}

/** When a callback must be serving again: to start it needs each store, whichever holds its queue. */
function backBy(outage: Outage, outages: readonly Outage[]): number {
  let back = outage.until + BOOT_MS;
  for (;;) {
    const stores = outages.filter(
      ({ of, from, until }) =>
        (of === 'postgres' || of === 'redis' || of === 'callback') &&
        from <= back &&
        until >= outage.from,
    );
    const latest = Math.max(back, ...stores.map(({ until }) => until + BOOT_MS));
    if (latest === back) return back;
    back = latest;
  }
}

export type MissingReceiptCause = 'undelivered' | 'lost' | { readonly violation: string };

/** Why the receipt of a row that stayed `accepted` never settled it. */
export function explainMissingReceipt(
  tries: readonly PushTry[],
  onRecord: boolean,
  excuses: Excuses,
): MissingReceiptCause {
  if (onRecord) return { violation: 'a row stayed accepted beside its receipt' };
  const answered = tries.filter((attempt) => attempt.answered);
  if (answered.length > 0)
    return answered.every((attempt) => mayBeLost(attempt, excuses))
      ? 'lost'
      : { violation: 'a receipt was answered and is gone, and no store lost anything then' };
  return tries.length > 0 && tries.every((attempt) => mayFail(attempt, excuses))
    ? 'undelivered'
    : { violation: 'a receipt was never answered, though the callback could have' };
}
