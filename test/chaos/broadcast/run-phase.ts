import type { FaultInjector } from '../faults/fault-injector.js';
import { resumeAfterRestore } from './operator.js';
import { PHASES } from './phases.js';
import type { PhaseName } from '../plan/plan.js';
import type { TestBroadcast } from './test-broadcast.js';

/** Waits for the phase, lets go wrong what shall, and has a person do what there is to do. */
export async function runPhase(
  name: PhaseName,
  broadcasts: readonly TestBroadcast[],
  injector: FaultInjector,
  violations: string[],
): Promise<void> {
  const [broadcast] = broadcasts as [TestBroadcast];
  const phase = PHASES[name];
  const steps = broadcast.plan.steps
    .filter((step) => step.phase === name)
    .toSorted((a, b) => a.at - b.at);
  if (!(await phase.reach(broadcast))) return;
  let passed = 0;
  const effects: Promise<void>[] = [];
  for (const step of steps) {
    if (name !== 'releasing') await broadcast.world.pause(step.at - passed);
    else if (!(await broadcast.waitForAccepted(step.at))) break;
    passed = step.at;
    const effect = injector.inject(step).then(async () => {
      if (step.fault.kind !== 'postgres-restore') return;
      violations.push(...(await Promise.all(broadcasts.map(resumeAfterRestore))).flat());
    });
    // Heard below, when the phase ends: one that fails before must not end the whole run.
    effect.catch(() => {});
    effects.push(effect);
  }
  // A person waits until things look well again.
  await Promise.all(effects);
  await phase.leave?.(broadcast);
}
