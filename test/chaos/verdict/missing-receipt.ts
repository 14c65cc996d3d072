import type { InjectedFault } from '../faults/fault-injector.js';
import type { Outage } from './outages.js';
import type { QueueName } from '../plan/plan.js';
import type { ForgottenPeriod } from '../world/postgres-store.js';
import type { PushTry } from '../world/push-recorder.js';

/** A time, by `Date.now()`, in which a store lost what it held. */
export interface Loss {
  readonly from: number;
  readonly until: number;
}

/** Everything that can explain why a receipt never settled its row. */
export interface Excuses {
  readonly queue: QueueName;
  readonly outages: readonly Outage[];
  readonly losses: readonly Loss[];
  /** The times at which the callback acknowledged any push. */
  readonly answers: readonly number[];
}

/** A machine that is busy with other rounds needs so long from an acknowledged push to its row. */
const BACKLOG_MS = 5_000;
/** A process needs at most so long to serve after its start, and a client to find its store again. */
const BOOT_MS = 60_000;
/** The job of a dead worker is locked for 30 s, and stalled jobs are searched every 30 s. */
const STALLED_MS = 65_000;
/** A job that failed on PostgreSQL waits up to 15 s for its next try. */
const BACKED_OFF_MS = 20_000;

/** How long delayed work may still wait after an outage. */
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
 * The latest time at which an acknowledged push may still be only in Redis. In quiet times that is a moment. An outage
 * that keeps the workers from the job adds its length and its aftermath.
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

/** Whether an acknowledged push may be lost with a store that was emptied, set back or restored. */
const mayBeLost = ({ from, until }: PushTry, { queue, outages, losses }: Excuses): boolean =>
  losses.some(
    (loss) =>
      from <= loss.until &&
      // The back-up of a database contains its queue.
      (queue === 'redis' ? mayWaitUntil(until, outages) : until) >= loss.from,
  );

/** Whether the callback could not take a push, because it or the store of its queue was away. */
function mayFail(attempt: PushTry, { queue, outages, answers }: Excuses): boolean {
  return outages
    .filter(({ of }) => of === 'callback' || of === queue)
    .some((outage) => {
      const firstAnswer = Math.min(...answers.filter((at) => at > outage.until));
      const back = Math.min(firstAnswer, backBy(outage, outages));
      return attempt.until >= outage.from && attempt.from <= back;
    });
}

/** The time at which a callback must serve again. It needs both stores to start. */
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

/** Says why the receipt of a row that stayed `accepted` never settled it. */
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
