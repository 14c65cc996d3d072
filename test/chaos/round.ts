import { mkdir } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import type { ShownBroadcast } from './admin.js';
import { gatherFacts } from './facts.js';
import { type Injected, Injector } from './injector.js';
import { outagesOf } from './outages.js';
import { judgeEnds } from './own-ends.js';
import { Stillness } from './patience.js';
import { PHASE_NAMES, type PhaseName, PHASES } from './phases.js';
import { losesPushes, type Plan, type Step } from './plan.js';
import { Scene } from './scene.js';
import { judge, OPEN, type Verdict } from './verdict.js';
import { World } from './world.js';

export interface RoundResult {
  readonly plan: Plan;
  readonly seconds: number;
  readonly injected: readonly Injected[];
  /** Starts that a process gave up because a store was away, and every other end that nobody ordered. */
  readonly startsRefused: number;
  readonly crashes: number;
  readonly verdicts: readonly Verdict[];
  readonly violations: readonly string[];
}

/** A broadcast in which nothing moves for so long is stuck: lost jobs, leases and rests take a minute each. */
const STUCK_MS = 180_000;
/** What is amiss for so long stays amiss: the sweep looks a minute later for what missed each other, and again. */
const AMISS_MS = 150_000;
/** Receipts that are lost are not waited for longer than this. */
const LOST_RECEIPTS_MS = 8_000;
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

/** One broadcast to each account while everything goes wrong that the plan says, and what came of it. */
export async function runRound(
  plan: Plan,
  dist: string,
  dir: string,
  say: (line: string) => void,
  onWorld: (world: World) => void,
): Promise<RoundResult> {
  await mkdir(dir, { recursive: true });
  const world = await World.open(plan, dist, dir);
  onWorld(world);
  try {
    return await playRound(plan, world, say);
  } finally {
    await world.close();
  }
}

async function playRound(
  plan: Plan,
  world: World,
  say: (line: string) => void,
): Promise<RoundResult> {
  const { admin } = world.service;
  const templateIds = await Promise.all(
    world.appids.map((appid) => admin.introduce(world.account(appid, plan))),
  );
  const injector = new Injector(world, say);
  const visited = new Set(plan.steps.map(({ phase }) => phase));

  if (visited.has('expanding')) for (const worker of world.service.workers) worker.freeze();
  const requests = Object.assign({}, ...[...visited].map((phase) => PHASES[phase].request?.(plan)));
  const broadcasts = await Promise.all(
    world.appids.map(async (appid, n) => {
      const { id } = await admin.post<{ id: string }>(
        '/v1/broadcasts',
        {
          appid,
          templateId: templateIds[n],
          fields: { thing1: '秋季公开课', time2: '2026-11-28 19:30', thing3: '三号楼报告厅' },
          audience: { kind: 'all' },
          ...(n === 0 ? requests : {}),
        },
        { 'idempotency-key': randomUUID() },
      );
      return { appid, id };
    }),
  );
  const scenes = broadcasts.map(({ appid, id }) => new Scene(world, plan, appid, id));
  const violations: string[] = [];
  await Promise.all(
    PHASE_NAMES.filter((name) => visited.has(name)).map((name) =>
      playPhase(name, scenes, injector, violations),
    ),
  );
  await injector.over();
  await injector.count();
  await world.wechat.clearFault();
  await world.service.live();
  say(`${injector.seconds} s: the faults are over`);

  const verdicts = await Promise.all(
    broadcasts.map(({ appid, id }, n) => settled(world, scenes[n] as Scene, appid, id, violations)),
  );
  violations.push(...verdicts.flatMap((verdict) => verdict.violations));
  await injector.count();
  const struck = injector.injected.filter(({ strikes }) => strikes > 0).map(({ fault }) => fault);
  for (const { phase, fault } of plan.steps)
    if (!struck.includes(fault)) say(`never struck, ${phase}: ${JSON.stringify(fault)}`);
  const outages = outagesOf(injector.injected, world.postgres.proxy.cutsAt);
  const ends = judgeEnds(
    world.service.all.flatMap(({ ownEnds }) => ownEnds),
    outages,
  );
  for (const { name, code, lastWords } of ends.crashes)
    violations.push(`${name} ended by itself (${code ?? 'by a signal'}): ${lastWords}`);
  return {
    plan,
    seconds: injector.seconds,
    injected: injector.injected,
    startsRefused: ends.startsRefused,
    crashes: ends.crashes.length,
    verdicts,
    violations,
  };
}

/** Nothing goes on before a person has compared and decided; here they decide at once. */
async function resumeTheRestored(scene: Scene): Promise<string[]> {
  const noticed = await scene.wasHeld('restored', NOTICED_MS);
  await scene.resume();
  // The canary waits for receipts that the database has forgotten.
  await scene.resumeUnless('canary');
  return noticed ? [] : [`${scene.appid}: nobody noticed that the database was restored`];
}

/** Waits for the phase, lets go wrong what shall, and has a person do what there is to do. */
async function playPhase(
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
    const effect = injector.inject(step);
    effects.push(
      step.fault.kind !== 'postgres-restore'
        ? effect
        : effect.then(async () => {
            violations.push(...(await Promise.all(scenes.map(resumeTheRestored))).flat());
          }),
    );
  }
  // A person waits until things look well again.
  await Promise.all(effects);
  await phase.leave?.(scene);
}

/** What a person does about a hold that stands after the faults; one that no fault explains is a violation. */
async function answerHolds(
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
    await (reason === 'quota' ? scene.refreshQuota() : scene.resume());
  }
}

/** Waits until both sides agree, or nothing moves any more. */
async function settled(
  world: World,
  scene: Scene,
  appid: string,
  id: string,
  violations: string[],
): Promise<Verdict> {
  const sending = new Stillness();
  for (;;) {
    const { state, counts, holds } = await scene.show();
    const settledRows = Object.entries(counts).filter(([name]) => !OPEN.includes(name));
    if (state === 'finished' || sending.of(settledRows) > STUCK_MS) break;
    await answerHolds(scene, holds, violations);
    await world.pause(500);
  }
  const mayLosePushes = losesPushes(scene.plan);
  const patience = mayLosePushes ? LOST_RECEIPTS_MS : 1_000;
  const receiving = new Stillness();
  for (;;) {
    const facts = await gatherFacts(world, appid, id, world.rate(appid, scene.plan));
    const verdict = judge(facts, mayLosePushes);
    const { counts } = facts.shown;
    const stillMs = receiving.of([counts, facts.pushesOpen]);
    const well = verdict.violations.length === 0 && facts.pushesOpen === 0;
    if (well && (stillMs > patience || counts['accepted'] === 0)) return verdict;
    if (stillMs > AMISS_MS) return verdict;
    await world.pause(1_000);
  }
}
