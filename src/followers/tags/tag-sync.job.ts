import { Injectable } from '@nestjs/common';
import { WorkJobs } from '../../queue/work-jobs.js';
import type { WalkJob } from '../walk/walk-starts.js';
import { TAG_SYNC } from './tag-sync.js';
import { TagWalk } from './tag-walk.js';

/** Has walks of tags done by this process, as jobs of the queue `work`. */
@Injectable()
export class TagSyncWork {
  /** Told at once: the queue may have jobs before all modules are initialised. */
  constructor(jobs: WorkJobs, walk: TagWalk) {
    jobs.learn(TAG_SYNC, ({ accountId }: WalkJob, signal) => walk.run(accountId, signal));
  }
}
