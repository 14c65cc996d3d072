import { gatherFacts } from './facts.js';
import type { Injector } from './injector.js';
import { outagesOf } from './outages.js';
import { Stillness } from './patience.js';
import { answerHolds } from './person.js';
import type { Plan } from './plan.js';
import { type Excuses, lossesOf } from './receipt-fate.js';
import type { Scene } from './scene.js';
import { judge, OPEN, type Verdict } from './verdict.js';
import type { World } from './world.js';

/** A broadcast in which nothing moves for so long is stuck: lost jobs, leases and rests take a minute each. */
const STUCK_MS = 180_000;
/** What is amiss for so long stays amiss: the sweep looks a minute later for what missed each other, and again. */
const AMISS_MS = 150_000;
/** Receipts that are lost are not waited for longer than this. */
const LOST_RECEIPTS_MS = 8_000;

const excusesOf = (
  { postgres, pushes }: World,
  { queue }: Plan,
  { injected }: Injector,
): Excuses => ({
  queue,
  outages: outagesOf(injected, postgres.proxy.cutsAt),
  losses: lossesOf(injected, postgres.forgotten),
  answers: pushes.answers(),
});

/** Waits until both sides agree, or nothing moves any more. */
export async function settled(
  scene: Scene,
  id: string,
  injector: Injector,
  violations: string[],
): Promise<Verdict> {
  const { world, plan, appid } = scene;
  const sending = new Stillness();
  for (;;) {
    const { state, counts, holds } = await scene.show();
    const settledRows = Object.entries(counts).filter(([name]) => !OPEN.includes(name));
    if (state === 'finished' || sending.of(settledRows) > STUCK_MS) break;
    await answerHolds(scene, holds, violations);
    await world.pause(500);
  }
  const receiving = new Stillness();
  for (;;) {
    const facts = await gatherFacts(world, appid, id, world.rate(appid, plan));
    const excuses = excusesOf(world, plan, injector);
    const verdict = judge(facts, excuses);
    const patience = excuses.losses.length > 0 ? LOST_RECEIPTS_MS : 1_000;
    const { counts } = facts.shown;
    const stillMs = receiving.of([counts, facts.pushesOpen]);
    const well = verdict.violations.length === 0 && facts.pushesOpen === 0;
    if (well && (stillMs > patience || counts['accepted'] === 0)) return verdict;
    if (stillMs > AMISS_MS) return verdict;
    await world.pause(1_000);
  }
}
