import type { PhaseName, Plan } from '../plan/plan.js';
import type { TestBroadcast } from './test-broadcast.js';

/** A time in the life of a broadcast at which faults are injected. */
interface Phase {
  /** Additions to the creating request, with which the broadcast reaches this phase. */
  readonly request?: (plan: Plan) => Record<string, unknown>;
  /** Resolves once the broadcast is in the phase, or with false if it ended before. */
  readonly reach: (broadcast: TestBroadcast) => Promise<boolean>;
  /** What an operator does after the faults, so that the broadcast goes on. */
  readonly leave?: (broadcast: TestBroadcast) => Promise<void>;
}

/** Phases that begin with frozen workers, before the broadcast is created. */
export const FROZEN_PHASES: readonly PhaseName[] = ['expanding', 'half-expanded'];

const always = (): Promise<boolean> => Promise.resolve(true);
const PAUSE_AT = 0.4;
const QUOTA_AT = 0.6;
const SCHEDULED_MS = 6_000;

export const PHASES: Readonly<Record<PhaseName, Phase>> = {
  /** Its faults come before the first page of the expansion. */
  expanding: { reach: always, leave: (broadcast) => broadcast.thawWorkers() },
  /** Its faults come between two pages, because its audience is larger than one page. */
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
