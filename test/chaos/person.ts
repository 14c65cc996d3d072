import type { ShownBroadcast } from './admin.js';
import type { Step } from './plan.js';
import type { Scene } from './scene.js';

/**
 * The faults that explain a hold which a person lifts: a worker that was frozen may come with a refusal, or with what
 * it knows of another database, when the others are long past it; receipts that were lost keep the canary waiting.
 */
const CAUSES: Readonly<Record<string, (step: Step) => boolean>> = {
  problem: () => false,
  stale: () => false,
  canary: ({ phase }) => phase === 'canary',
  quota: ({ phase }) => phase === 'quota',
  restored: ({ fault }) => fault.kind === 'postgres-restore',
};
/** How soon a restored database must be noticed. WeChat's ten minutes run on. */
const NOTICED_MS = 120_000;

/** Nothing goes on before a person has compared and decided; here they decide at once. */
export async function resumeTheRestored(scene: Scene): Promise<string[]> {
  const noticed = await scene.wasHeld('restored', NOTICED_MS);
  await scene.resume();
  // The canary waits for receipts that the database has forgotten.
  await scene.resumeUnless('canary');
  return noticed ? [] : [`${scene.appid}: nobody noticed that the database was restored`];
}

/** What a person does about a hold that stands after the faults; one that no fault explains is a violation. */
export async function answerHolds(
  scene: Scene,
  holds: ShownBroadcast['holds'],
  violations: string[],
): Promise<void> {
  const { plan, appid } = scene;
  for (const { reason, detail } of holds) {
    const cause = CAUSES[reason];
    if (cause === undefined) continue;
    if (!plan.steps.some(cause))
      violations.push(`${appid}: held without a cause: ${reason}, ${detail}`);
    await (reason === 'quota' ? scene.allowTheWholeQuota() : scene.resume());
  }
}
