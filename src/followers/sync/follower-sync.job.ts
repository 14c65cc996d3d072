import { Injectable } from '@nestjs/common';
import { WorkJobs } from '../../queue/work-jobs.js';
import type { WalkJob } from '../walk/walk-starts.js';
import { FOLLOWER_SYNC } from './follower-sync.js';
import { FollowerWalk } from './follower-walk.js';

/** Has walks done by this process, as jobs of the queue `work`. */
@Injectable()
export class FollowerSyncWork {
  /** Told at once: the queue may have jobs before all modules are initialised. */
  constructor(jobs: WorkJobs, walk: FollowerWalk) {
    jobs.learn(FOLLOWER_SYNC, ({ accountId }: WalkJob, signal) => walk.run(accountId, signal));
  }
}
