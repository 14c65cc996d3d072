import type { BroadcastView } from '../world/admin-client.js';
import type { Step } from '../plan/plan.js';
import type { TestBroadcast } from './test-broadcast.js';

/**
 * The faults that explain a hold which a person lifts: a worker that was frozen may come with a refusal, or with what
 * it knows of another database, when the others are long past it; receipts that were lost keep the canary waiting.
 */
const EXPLAINED_BY: Readonly<Record<string, (step: Step) => boolean>> = {
  problem: () => false,
  stale: () => false,
  canary: ({ phase }) => phase === 'canary',
  quota: ({ phase }) => phase === 'quota',
  restored: ({ fault }) => fault.kind === 'postgres-restore',
};
/** How soon a restored database must be noticed. WeChat's ten minutes run on. */
const MAX_DETECTION_MS = 120_000;

/** Nothing goes on before a person has compared and decided; here they decide at once. */
export async function resumeAfterRestore(broadcast: TestBroadcast): Promise<string[]> {
  const noticed = await broadcast.wasHeld('restored', MAX_DETECTION_MS);
  await broadcast.resume();
  // The canary waits for receipts that the database has forgotten.
  await broadcast.resumeUnless('canary');
  return noticed ? [] : [`${broadcast.appid}: nobody noticed that the database was restored`];
}

/** What a person does about a hold that stands after the faults; one that no fault explains is a violation. */
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
