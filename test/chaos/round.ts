import { mkdir } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { type Injected, Injector } from './injector.js';
import { outagesOf } from './outages.js';
import { judgeEnds } from './own-ends.js';
import { FROZEN_PHASES, PHASE_NAMES, PHASES } from './phases.js';
import { playPhase } from './play-phase.js';
import type { Plan } from './plan.js';
import { Scene } from './scene.js';
import { settled } from './settled.js';
import type { Verdict } from './verdict.js';
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

/** Calls come several in a second. */
const OCCASION_MS = 15_000;

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

  if (FROZEN_PHASES.some((name) => visited.has(name)))
    for (const worker of world.service.workers) worker.freeze();
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
  world.broadcastId = broadcasts[0]?.id;
  const scenes = broadcasts.map(({ appid, id }) => new Scene(world, plan, appid, id));
  const violations: string[] = [];
  await Promise.all(
    PHASE_NAMES.filter((name) => visited.has(name)).map((name) =>
      playPhase(name, scenes, injector, violations),
    ),
  );
  await injector.over();
  await lastOccasions(injector, scenes[0] as Scene);
  await world.wechat.clearFault();
  await world.service.live();
  say(`${injector.seconds} s: the faults are over`);

  const verdicts = await Promise.all(
    broadcasts.map(({ id }, n) => settled(scenes[n] as Scene, id, injector, violations)),
  );
  violations.push(...verdicts.flatMap((verdict) => verdict.violations));
  await injector.count();
  violations.push(...injector.violations);
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

/** What was brought about last has hardly had an occasion: it gets one, while there is anything to send. */
async function lastOccasions(injector: Injector, scene: Scene): Promise<void> {
  const deadline = performance.now() + OCCASION_MS;
  for (;;) {
    await injector.count();
    if (injector.injected.every(({ strikes }) => strikes > 0)) return;
    if (performance.now() > deadline || (await scene.show()).state === 'finished') return;
    await scene.world.pause(500);
  }
}
