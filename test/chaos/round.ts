import { mkdir } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { type InjectedFault, FaultInjector } from './faults/fault-injector.js';
import { outagesOf } from './verdict/outages.js';
import { classifyExits } from './verdict/unexpected-exits.js';
import { FROZEN_PHASES, PHASES } from './broadcast/phases.js';
import { runPhase } from './broadcast/run-phase.js';
import { PHASE_NAMES, type Plan } from './plan/plan.js';
import { TestBroadcast } from './broadcast/test-broadcast.js';
import { waitUntilSettled } from './broadcast/wait-until-settled.js';
import type { Verdict } from './verdict/verdict.js';
import { World } from './world/world.js';

export interface RoundResult {
  readonly plan: Plan;
  readonly seconds: number;
  readonly injected: readonly InjectedFault[];
  /** Starts that failed because a store was away, and all other exits that nobody ordered. */
  readonly startsRefused: number;
  readonly crashes: number;
  readonly verdicts: readonly Verdict[];
  readonly violations: readonly string[];
}

/** Several calls come in a second, so armed faults strike within this time. */
const LAST_STRIKES_MS = 15_000;

/** Runs one broadcast for each account while the faults of the plan strike, and judges the result. */
export async function runRound(
  plan: Plan,
  dist: string,
  dir: string,
  log: (line: string) => void,
  onWorld: (world: World) => void,
): Promise<RoundResult> {
  await mkdir(dir, { recursive: true });
  const world = await World.open(plan, dist, dir);
  onWorld(world);
  try {
    return await runBroadcasts(plan, world, log);
  } finally {
    await world.close();
  }
}

async function runBroadcasts(
  plan: Plan,
  world: World,
  log: (line: string) => void,
): Promise<RoundResult> {
  const { admin } = world.service;
  const templateIds = await Promise.all(
    world.appids.map((appid) => admin.addAccount(world.account(appid, plan))),
  );
  const injector = new FaultInjector(world, log);
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
  const testBroadcasts = broadcasts.map(
    ({ appid, id }) => new TestBroadcast(world, plan, appid, id),
  );
  const violations: string[] = [];
  await Promise.all(
    PHASE_NAMES.filter((name) => visited.has(name)).map((name) =>
      runPhase(name, testBroadcasts, injector, violations),
    ),
  );
  await injector.whenOver();
  await waitForLastStrikes(injector, testBroadcasts[0] as TestBroadcast);
  await world.wechat.clearFaults();
  await world.service.waitUntilLive();
  log(`${injector.seconds} s: the faults are over`);

  const verdicts = await Promise.all(
    broadcasts.map(({ id }, n) =>
      waitUntilSettled(testBroadcasts[n] as TestBroadcast, id, injector, violations),
    ),
  );
  violations.push(...verdicts.flatMap((verdict) => verdict.violations));
  await injector.countStrikes();
  violations.push(...injector.violations);
  const struck = injector.injected.filter(({ strikes }) => strikes > 0).map(({ fault }) => fault);
  for (const { phase, fault } of plan.steps)
    if (!struck.includes(fault)) log(`never struck, ${phase}: ${JSON.stringify(fault)}`);
  const outages = outagesOf(injector.injected, world.postgres.proxy.cutsAt);
  const ends = classifyExits(
    world.service.all.flatMap(({ unexpectedExits: ownEnds }) => ownEnds),
    outages,
  );
  for (const { name, code, logTail: lastWords } of ends.crashes)
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

/** Gives the faults that were injected last an occasion to strike, while there are messages to send. */
async function waitForLastStrikes(
  injector: FaultInjector,
  broadcast: TestBroadcast,
): Promise<void> {
  const deadline = performance.now() + LAST_STRIKES_MS;
  for (;;) {
    await injector.countStrikes();
    if (injector.injected.every(({ strikes }) => strikes > 0)) return;
    if (performance.now() > deadline || (await broadcast.view()).state === 'finished') return;
    await broadcast.world.pause(500);
  }
}
