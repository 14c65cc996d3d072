import { InjectQueue } from '@nestjs/bullmq';
import { Injectable } from '@nestjs/common';
import type { Queue } from 'bullmq';
import type { Account } from '../../accounts/account.js';
import { WORK_QUEUE } from '../../queue/queue-names.js';
import { type WalkJob, WalkStarts } from '../walk/walk-starts.js';
import { requireTagged } from './tag-refusals.js';
import { TagSyncRepository, type TagSyncState } from './tag-sync.repository.js';

/** The name of its job in the queue `work`. */
export const TAG_SYNC = 'tag-sync';

/** Starts walks of tags, and nudges those that no worker is on. */
@Injectable()
export class TagSync {
  readonly #syncs: TagSyncRepository;
  readonly #starts: WalkStarts<TagSyncState>;

  constructor(syncs: TagSyncRepository, @InjectQueue(WORK_QUEUE) queue: Queue<WalkJob>) {
    this.#syncs = syncs;
    this.#starts = new WalkStarts(syncs, queue, TAG_SYNC);
  }

  /** Answers with the running walk if there is one, else starts one. */
  async start(account: Account): Promise<TagSyncState> {
    requireTagged(account);
    return this.#starts.start(account.id, account.appid);
  }

  find(accountId: number): Promise<TagSyncState | undefined> {
    return this.#syncs.findSync(accountId);
  }

  /** Any worker may call it at any time. */
  nudgeUnfinished(): Promise<void> {
    return this.#starts.nudgeUnfinished();
  }
}
