import type { BroadcastView } from '../world/admin-client.js';
import type { Step } from '../plan/plan.js';
import type { TestBroadcast } from './test-broadcast.js';

/**
 * The faults that explain a hold which the operator lifts. A frozen worker may bring a late refusal, or what it knows
 * of another database. Lost receipts keep the canary waiting.
 */
const EXPLAINED_BY: Readonly<Record<string, (step: Step) => boolean>> = {
  problem: () => false,
  stale: () => false,
  canary: ({ phase }) => phase === 'canary',
  quota: ({ phase }) => phase === 'quota',
  restored: ({ fault }) => fault.kind === 'postgres-restore',
};
/** A restored database must be noticed within this time, as WeChat's ten minutes go on. */
const MAX_DETECTION_MS = 120_000;

/** After a restore an operator must compare and decide. This one decides at once. */
export async function resumeAfterRestore(broadcast: TestBroadcast): Promise<string[]> {
  const noticed = await broadcast.wasHeld('restored', MAX_DETECTION_MS);
  await broadcast.resume();
  // The canary may wait for receipts that the database has forgotten.
  await broadcast.resumeUnless('canary');
  return noticed ? [] : [`${broadcast.appid}: nobody noticed that the database was restored`];
}

/** Lifts the holds that stand after the faults. A hold that no fault explains is a violation. */
export async function resolveHolds(
  broadcast: TestBroadcast,
  holds: BroadcastView['holds'],
  violations: string[],
): Promise<void> {
  const { plan, appid } = broadcast;
  for (const { reason, detail } of holds) {
    const cause = EXPLAINED_BY[reason];
    if (cause === undefined) continue;
    if (!plan.steps.some(cause))
      violations.push(`${appid}: held without a cause: ${reason}, ${detail}`);
    await (reason === 'quota' ? broadcast.resetDailyQuota() : broadcast.resume());
  }
}
