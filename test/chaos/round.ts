import { mkdir } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { type Facts, gatherFacts } from './facts.js';
import { type Injected, Injector } from './injector.js';
import { PHASE_NAMES, type PhaseName, PHASES } from './phases.js';
import { losesPushes, type Plan } from './plan.js';
import { Scene } from './scene.js';
import { judge, type Verdict } from './verdict.js';
import { World } from './world.js';

export interface RoundResult {
  readonly plan: Plan;
  readonly seconds: number;
  readonly injected: readonly Injected[];
  readonly verdicts: readonly Verdict[];
  readonly violations: readonly string[];
}

/** From the last fault until everything must be settled: lost jobs and leases take a minute each. */
const SETTLE_MS = 240_000;
/** Late receipts are matched by the sweep; those that are lost are not waited for longer than this. */
const RECEIPTS_MS = 45_000;
const LOST_RECEIPTS_MS = 8_000;
/** Holds that a person lifts, and that no fault of ours may cause. */
const UNASKED_HOLDS = ['problem', 'stale'];
/** How soon a restored database must be noticed. */
const NOTICED_MS = 30_000;

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
  await world.wechat.clearFault();
  await world.service.live();
  say(`${injector.seconds} s: the faults are over`);

  const verdicts = await Promise.all(
    broadcasts.map(({ appid, id }) => settled(world, plan, appid, id, violations)),
  );
  violations.push(...verdicts.flatMap((verdict) => verdict.violations));
  for (const { name, ownEnds } of world.service.all)
    if (ownEnds > 0) say(`${name} ended by itself ${ownEnds} times and was started again`);
  return { plan, seconds: injector.seconds, injected: injector.injected, verdicts, violations };
}

/** Nothing goes on before a person has compared and decided; here they decide at once. */
async function resumeTheRestored(scene: Scene): Promise<string[]> {
  const noticed = await scene.wasHeld('restored', NOTICED_MS);
  await scene.resume();
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
    if (name === 'releasing') await scene.accepted(step.at);
    else await scene.world.pause(step.at - passed);
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

/** Waits until both sides agree, or must have. */
async function settled(
  world: World,
  plan: Plan,
  appid: string,
  id: string,
  violations: string[],
): Promise<Verdict> {
  const { admin } = world.service;
  const mayLosePushes = losesPushes(plan);
  const deadline = performance.now() + SETTLE_MS;
  for (;;) {
    const shown = await admin.show(id);
    if (shown.state === 'finished' || performance.now() > deadline) break;
    for (const { reason, detail } of shown.holds) {
      if (!UNASKED_HOLDS.includes(reason)) continue;
      violations.push(`${appid}: held without a cause: ${reason}, ${detail}`);
      await admin.post(`/v1/broadcasts/${id}/resume`);
    }
    await world.pause(500);
  }
  const receiptsBy = performance.now() + RECEIPTS_MS;
  let facts: Facts;
  let awaited = -1;
  let awaitedSince = performance.now();
  for (;;) {
    facts = await gatherFacts(world, appid, id);
    const verdict = judge(facts, mayLosePushes);
    const { accepted = 0 } = facts.shown.counts;
    if (accepted !== awaited) awaitedSince = performance.now();
    awaited = accepted;
    const still = performance.now() - awaitedSince > (mayLosePushes ? LOST_RECEIPTS_MS : 1_000);
    const well = verdict.violations.length === 0 && facts.pushesOpen === 0;
    if ((well && (still || accepted === 0)) || performance.now() > receiptsBy) return verdict;
    await world.pause(1_000);
  }
}
