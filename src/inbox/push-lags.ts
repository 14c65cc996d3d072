import type { SortedPush } from './sorted-push.js';

/** How old what a batch says is at the given instant, in seconds. */
export interface PushLags {
  /** Since the oldest push came in. */
  readonly inbox: number | undefined;
  /** Since the oldest receipt's own time, which WeChat tells in whole seconds. */
  readonly receipt: number | undefined;
}

/** Lags of the oldest push and receipt: one slow push makes its batch slow. */
export function lagsOf(sorted: readonly SortedPush[], now: Date): PushLags {
  let arrived = Infinity;
  let told = Infinity;
  for (const { push, event } of sorted) {
    arrived = Math.min(arrived, push.receivedAt);
    if (event.kind === 'receipt' || event.kind === 'sent')
      told = Math.min(told, event.createTime.getTime());
  }
  return { inbox: since(arrived, now), receipt: since(told, now) };
}

const since = (then: number, now: Date): number | undefined =>
  then === Infinity ? undefined : Math.max(0, now.getTime() - then) / 1_000;
