import type { Plan } from './plan.js';
import type { Scene } from './scene.js';

export const PHASE_NAMES = [
  'expanding',
  'scheduled',
  'canary',
  'releasing',
  'paused',
  'quota',
] as const;
export type PhaseName = (typeof PHASE_NAMES)[number];

/** A time in a broadcast's life at which things may go wrong. */
interface Phase {
  /** What the request that makes the broadcast says besides, for it to come to this phase. */
  readonly request?: (plan: Plan) => Record<string, unknown>;
  /** Resolves once the broadcast is there: false where it ended without coming by. */
  readonly come: (scene: Scene) => Promise<boolean>;
  /** After the phase's faults: what a person would do for the broadcast to go on. */
  readonly leave?: (scene: Scene) => Promise<void>;
}

const always = (): Promise<boolean> => Promise.resolve(true);
const PAUSE_AT = 0.4;
const QUOTA_AT = 0.6;
const SCHEDULED_MS = 6_000;

export const PHASES: Readonly<Record<PhaseName, Phase>> = {
  /** The workers are frozen while it is made, so what goes wrong goes wrong before its expansion. */
  expanding: { come: always, leave: (scene) => scene.thawWorkers() },
  scheduled: {
    request: () => ({
      startAt: new Date(Date.now() + SCHEDULED_MS).toISOString(),
      freezeAudience: 'creation',
    }),
    come: (scene) => scene.shows(({ state }) => state === 'scheduled'),
  },
  canary: {
    request: ({ followers }) => ({ canary: { first: Math.floor(followers / 10) } }),
    come: (scene) => scene.holds('canary'),
    leave: (scene) => scene.resumeUnless('canary'),
  },
  releasing: { come: always },
  paused: {
    come: async (scene) => {
      if (!(await scene.accepted(PAUSE_AT))) return false;
      return scene.pause();
    },
    leave: (scene) => scene.resume(),
  },
  quota: {
    come: async (scene) => {
      if (!(await scene.accepted(QUOTA_AT))) return false;
      await scene.setDailyQuota(Math.floor(scene.plan.followers * QUOTA_AT));
      return scene.holds('quota');
    },
    leave: (scene) => scene.raiseDailyQuota(),
  },
};
