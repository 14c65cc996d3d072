import type { Injector } from './injector.js';
import { resumeTheRestored } from './person.js';
import { type PhaseName, PHASES } from './phases.js';
import type { Scene } from './scene.js';

/** Waits for the phase, lets go wrong what shall, and has a person do what there is to do. */
export async function playPhase(
  name: PhaseName,
  scenes: readonly Scene[],
  injector: Injector,
  violations: string[],
): Promise<void> {
  const [scene] = scenes as [Scene];
  const phase = PHASES[name];
  const steps = scene.plan.steps
    .filter((step) => step.phase === name)
    .toSorted((a, b) => a.at - b.at);
  if (!(await phase.come(scene))) return;
  let passed = 0;
  const effects: Promise<void>[] = [];
  for (const step of steps) {
    if (name !== 'releasing') await scene.world.pause(step.at - passed);
    else if (!(await scene.accepted(step.at))) break;
    passed = step.at;
    const effect = injector.inject(step).then(async () => {
      if (step.fault.kind !== 'postgres-restore') return;
      violations.push(...(await Promise.all(scenes.map(resumeTheRestored))).flat());
    });
    // Heard below, when the phase ends: one that fails before must not end the whole run.
    effect.catch(() => {});
    effects.push(effect);
  }
  // A person waits until things look well again.
  await Promise.all(effects);
  await phase.leave?.(scene);
}
