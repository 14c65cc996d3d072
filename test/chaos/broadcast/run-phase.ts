import type { FaultInjector } from '../faults/fault-injector.js';
import { resumeAfterRestore } from './operator.js';
import { PHASES } from './phases.js';
import type { PhaseName } from '../plan/plan.js';
import type { TestBroadcast } from './test-broadcast.js';

/** Waits for the phase, injects its faults, and lets the operator act. */
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
    // A failure is reported when the phase ends. Before that it must not end the run.
    effect.catch(() => {});
    effects.push(effect);
  }
  // The operator waits until the faults are over.
  await Promise.all(effects);
  await phase.leave?.(broadcast);
}
