import type { PhaseName, Plan } from '../plan/plan.js';
import type { TestBroadcast } from './test-broadcast.js';

/** A time in a broadcast's life at which things may go wrong. */
interface Phase {
  /** What the request that makes the broadcast says besides, for it to come to this phase. */
  readonly request?: (plan: Plan) => Record<string, unknown>;
  /** Resolves once the broadcast is there: false where it ended without coming by. */
  readonly reach: (broadcast: TestBroadcast) => Promise<boolean>;
  /** After the phase's faults: what a person would do for the broadcast to go on. */
  readonly leave?: (broadcast: TestBroadcast) => Promise<void>;
}

/** The phases that begin before the broadcast is made, with its workers frozen: nothing may go on before they look. */
export const FROZEN_PHASES: readonly PhaseName[] = ['expanding', 'half-expanded'];

const always = (): Promise<boolean> => Promise.resolve(true);
const PAUSE_AT = 0.4;
const QUOTA_AT = 0.6;
const SCHEDULED_MS = 6_000;

export const PHASES: Readonly<Record<PhaseName, Phase>> = {
  /** What goes wrong here goes wrong before the first page of its expansion. */
  expanding: { reach: always, leave: (broadcast) => broadcast.thawWorkers() },
  /** And here between two pages: its audience is larger than one. */
  'half-expanded': {
    reach: (broadcast) => broadcast.stopBetweenPages(),
    leave: (broadcast) => broadcast.continueExpanding(),
  },
  scheduled: {
    request: () => ({
      startAt: new Date(Date.now() + SCHEDULED_MS).toISOString(),
      freezeAudience: 'creation',
    }),
    reach: (broadcast) => broadcast.waitFor(({ state }) => state === 'scheduled'),
  },
  canary: {
    request: ({ followers }) => ({ canary: { first: Math.floor(followers / 10) } }),
    reach: (broadcast) => broadcast.waitForHold('canary'),
    leave: (broadcast) => broadcast.resumeUnless('canary'),
  },
  releasing: { reach: always },
  paused: {
    reach: async (broadcast) => {
      if (!(await broadcast.waitForAccepted(PAUSE_AT))) return false;
      return broadcast.pause();
    },
    leave: (broadcast) => broadcast.resume(),
  },
  quota: {
    reach: async (broadcast) => {
      if (!(await broadcast.waitForAccepted(QUOTA_AT))) return false;
      await broadcast.setDailyQuota(Math.floor(broadcast.plan.followers * QUOTA_AT));
      return broadcast.waitForHold('quota');
    },
    leave: (broadcast) => broadcast.raiseDailyQuota(),
  },
};
