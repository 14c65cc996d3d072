import type { Plan } from './plan.js';
import type { Scene } from './scene.js';

export const PHASE_NAMES = [
  'expanding',
  'half-expanded',
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

/** The phases that begin before the broadcast is made, with its workers frozen: nothing may go on before they look. */
export const FROZEN_PHASES: readonly PhaseName[] = ['expanding', 'half-expanded'];

const always = (): Promise<boolean> => Promise.resolve(true);
const PAUSE_AT = 0.4;
const QUOTA_AT = 0.6;
const SCHEDULED_MS = 6_000;

export const PHASES: Readonly<Record<PhaseName, Phase>> = {
  /** What goes wrong here goes wrong before the first page of its expansion. */
  expanding: { come: always, leave: (scene) => scene.thawWorkers() },
  /** And here between two pages: its audience is larger than one. */
  'half-expanded': {
    come: (scene) => scene.stopsHalfExpanded(),
    leave: (scene) => scene.goesOnExpanding(),
  },
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
