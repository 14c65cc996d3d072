import { gatherFacts } from '../verdict/facts.js';
import type { FaultInjector } from '../faults/fault-injector.js';
import { outagesOf } from '../verdict/outages.js';
import { StallDetector } from '../world/polling.js';
import { resolveHolds } from './operator.js';
import type { Plan } from '../plan/plan.js';
import { type Excuses, lossesOf } from '../verdict/missing-receipt.js';
import type { TestBroadcast } from './test-broadcast.js';
import { judge, OPEN, type Verdict } from '../verdict/verdict.js';
import type { World } from '../world/world.js';

/** A broadcast without progress for so long is stuck. Lost jobs, leases and pauses take a minute each. */
const STUCK_MS = 180_000;
/** A violation that lasts so long is final. The sweep repairs what it finds after one minute, or after two. */
const MAX_VIOLATION_MS = 150_000;
/** The wait for lost receipts is no longer than this. */
const LOST_RECEIPTS_MS = 8_000;

const excusesOf = (
  { postgres, pushes }: World,
  { queue }: Plan,
  { injected }: FaultInjector,
): Excuses => ({
  queue,
  outages: outagesOf(injected, postgres.proxy.cutsAt),
  losses: lossesOf(injected, postgres.forgotten),
  answers: pushes.answers(),
});

/** Waits until both sides agree, or nothing changes any more. */
export async function waitUntilSettled(
  broadcast: TestBroadcast,
  id: string,
  injector: FaultInjector,
  violations: string[],
): Promise<Verdict> {
  const { world, plan, appid } = broadcast;
  const sending = new StallDetector();
  for (;;) {
    const { state, counts, holds } = await broadcast.view();
    const settledRows = Object.entries(counts).filter(([name]) => !OPEN.includes(name));
    if (state === 'finished' || sending.unchangedMs(settledRows) > STUCK_MS) break;
    await resolveHolds(broadcast, holds, violations);
    await world.pause(500);
  }
  const receiving = new StallDetector();
  for (;;) {
    const facts = await gatherFacts(world, appid, id, world.rate(appid, plan));
    const excuses = excusesOf(world, plan, injector);
    const verdict = judge(facts, excuses);
    const patience = excuses.losses.length > 0 ? LOST_RECEIPTS_MS : 1_000;
    const { counts } = facts.broadcast;
    const stillMs = receiving.unchangedMs([counts, facts.pendingPushes]);
    const well = verdict.violations.length === 0 && facts.pendingPushes === 0;
    if (well && (stillMs > patience || counts['accepted'] === 0)) return verdict;
    if (stillMs > MAX_VIOLATION_MS) return verdict;
    await world.pause(1_000);
  }
}
