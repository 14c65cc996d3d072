import { sql } from 'kysely';
import type { HoldReason } from '../../../../src/broadcast/engine/record/states.js';
import { DomainError } from '../../../../src/kernel/domain-error.js';
import type { EngineWorker } from '../../../support/worlds/engine-worker.js';
import type { EngineWorld } from '../../../support/worlds/engine-world.js';
import type { SceneRow } from './race-rows.js';
import { RaceScene } from './race-scene.js';

/** One thing that a process does to a broadcast. */
export interface RaceStep {
  /** Commits of it that come before the one at which it stands. */
  readonly passing?: number;
  /** What must hold the broadcast for it to have something to lift. */
  readonly lifts?: HoldReason;
  run(worker: EngineWorker, scene: RaceScene): Promise<unknown>;
}

/** Everything happens at once: a row for every step, and rows that several of them want. */
const IN_FULL_SWING: readonly SceneRow[] = [
  {
    openid: 'again',
    state: 'queued',
    attempts: 1,
    nudge: 2,
    claimed: '9s',
    doubt: '9s',
    due: '2s',
  },
  {
    openid: 'back',
    state: 'pending',
    attempts: 1,
    nudge: 1,
    claimed: '9s',
    doubt: '9s',
    due: '1s',
  },
  { openid: 'first', state: 'queued', nudge: 1 },
  { openid: 'lost', state: 'sending', attempts: 1, nudge: 1, claimed: '40s', doubt: '40s' },
  { openid: 'nojob', state: 'queued', nudge: 1, queued: '70s' },
  {
    openid: 'old',
    state: 'queued',
    attempts: 1,
    nudge: 2,
    claimed: '10m',
    doubt: '10m',
    due: '2s',
  },
  { openid: 'out', state: 'sending', attempts: 1, nudge: 1, claimed: '1s', doubt: '1s' },
  {
    openid: 'refused',
    state: 'sending',
    attempts: 2,
    nudge: 2,
    claimed: '1s',
    doubt: '9s',
    due: '2s',
  },
  {
    openid: 'told',
    state: 'accepted',
    attempts: 1,
    nudge: 1,
    msgid: 1,
    claimed: '9s',
    doubt: '9s',
  },
  {
    openid: 'toldbad',
    state: 'accepted',
    attempts: 1,
    nudge: 1,
    msgid: 2,
    claimed: '9s',
    doubt: '9s',
  },
  { openid: 'unsent', state: 'sending', attempts: 1, nudge: 1, claimed: '1s', doubt: '1s' },
  { openid: 'x1', state: 'pending' },
  { openid: 'x2', state: 'pending' },
];

/** Nothing is open: it may finish, and receipts and late answers still come. */
const AT_ITS_END: readonly SceneRow[] = [
  { openid: 'gone', state: 'refused', attempts: 1, nudge: 1, errcode: 43004, claimed: '9s' },
  {
    openid: 'told',
    state: 'accepted',
    attempts: 1,
    nudge: 1,
    msgid: 1,
    claimed: '9s',
    doubt: '9s',
  },
  {
    openid: 'toldbad',
    state: 'accepted',
    attempts: 1,
    nudge: 1,
    msgid: 2,
    claimed: '9s',
    doubt: '9s',
  },
  {
    openid: 'refused',
    state: 'unknown',
    attempts: 2,
    nudge: 2,
    errcode: 43004,
    claimed: '1s',
    doubt: '9s',
  },
];

const SCENES = {
  'in full swing': { rows: IN_FULL_SWING, options: { members: ['y1', 'y2'], releasedTo: 'w' } },
  'at its end': { rows: AT_ITS_END, options: { releasedTo: 'w' } },
} as const;

/** A broadcast for these steps, with a receipt that waits for `match`. */
export async function openScene(
  world: EngineWorld,
  name: keyof typeof SCENES,
  steps: readonly RaceStep[],
): Promise<RaceScene> {
  const { rows, options } = SCENES[name];
  const holds = [...new Set(steps.flatMap(({ lifts }) => lifts ?? []))];
  const scene = await RaceScene.open(world, rows, { ...options, holds });
  await sql`
    insert into receipt (account_id, msgid, openid, create_time, status, received_at)
    values (${scene.accountId}, ${scene.msgid(2)}, 'toldbad', date_trunc('second', clock_now()),
      'failed: system failed', clock_now())`.execute(world.db);
  return scene;
}

const settle = (
  worker: EngineWorker,
  scene: RaceScene,
  outcomes: Readonly<Record<string, Parameters<EngineWorker['settlements']['settle']>[1]>>,
  attempts?: number,
) =>
  Promise.all(
    Object.entries(outcomes).flatMap(([openid, outcome]) => {
      const row = scene.given(openid);
      if (!row) return [];
      const claim = scene.claimOf(openid, attempts ?? row.attempts ?? 0);
      return [worker.settlements.settle(claim, outcome)];
    }),
  );

const underReview = (msgid: string | null) =>
  ({ kind: 'reviewing', msgid, errcode: 40252, rid: 'r' }) as const;
const accepted = (msgid: string | null) => ({ kind: 'accepted', msgid }) as const;

/** What an operator asks for may be too late: then it is refused, and nothing has happened. */
async function asOperator(verb: Promise<void>): Promise<void> {
  try {
    await verb;
  } catch (error) {
    if (!(error instanceof DomainError && error.code === 'transition_not_allowed')) throw error;
  }
}

export const STEPS = {
  expand: { run: (worker, { id }) => worker.expansion.expand(id) },
  release: { run: (worker, { accountId }) => worker.releases.run([accountId]) },
  claim: {
    run: (worker, scene) =>
      scene.claimAs(worker, [
        { openid: 'first', nudge: 1 },
        { openid: 'again', nudge: 2 },
        { openid: 'nojob', nudge: 1 },
        { openid: 'old', nudge: 2 },
        { openid: 'back', nudge: 2 },
      ]),
  },
  settle: {
    run: (worker, scene) =>
      settle(worker, scene, {
        out: accepted(scene.msgid(3)),
        refused: { kind: 'refused', errcode: 43004, rid: 'r' },
        unsent: { kind: 'unsent', delayMs: 0, uncounted: true, noCall: true },
        lost: { kind: 'doubtful', delayMs: 0 },
      }),
  },
  'late settle': {
    run: (worker, scene) =>
      settle(
        worker,
        scene,
        {
          again: accepted(scene.msgid(4)),
          back: accepted(null),
          lost: accepted(scene.msgid(5)),
          old: accepted(scene.msgid(6)),
          refused: accepted(scene.msgid(7)),
        },
        1,
      ),
  },
  /** WeChat's review has what others think of as lost, out or back. */
  'settle under review': {
    run: (worker, scene) =>
      settle(
        worker,
        scene,
        {
          again: underReview(scene.msgid(4)),
          back: underReview(null),
          lost: underReview(null),
          old: underReview(null),
          out: underReview(scene.msgid(3)),
          refused: underReview(null),
          told: underReview(null),
        },
        1,
      ),
  },
  receive: {
    run: (worker, { accountId, ...scene }) => {
      const createTime = new Date(Math.floor(Date.now() / 1_000) * 1_000);
      const said = { accountId, createTime, status: 'success', kind: 'template' as const };
      const first = scene.firstMsgid;
      return worker.receipts.record([
        { ...said, openid: 'told', msgid: String(first + 1) },
        { ...said, openid: 'out', msgid: String(first + 3) },
        { ...said, openid: 'again', msgid: String(first + 4) },
      ]);
    },
  },
  match: {
    run: (worker, scene) =>
      worker.matches.match([{ accountId: scene.accountId, msgid: scene.msgid(2) }]),
  },
  'sweep what came back': { run: (worker) => worker.sweeps.tick() },
  'sweep a page': { passing: 1, run: (worker) => worker.sweeps.tick() },
  hold: { run: (worker, { id }) => worker.holds.hold(id, { reason: 'problem' }) },
  lift: { lifts: 'problem', run: (worker, { id }) => worker.holds.lift(id, ['problem']) },
  pause: { run: (worker, { id }) => asOperator(worker.verbs.pause(id)) },
  resume: { lifts: 'operator', run: (worker, { id }) => asOperator(worker.verbs.resume(id)) },
  cancel: { run: (worker, { id }) => asOperator(worker.verbs.cancel(id)) },
  finish: { run: (worker, { id }) => worker.finishing.finish(id) },
} satisfies Readonly<Record<string, RaceStep>>;

export type StepName = keyof typeof STEPS;
