import { InjectQueue } from '@nestjs/bullmq';
import { Injectable, Logger } from '@nestjs/common';
import type { Queue } from 'bullmq';
import type { Account } from '../../accounts/account.js';
import { WORK_QUEUE } from '../../queue/queue-names.js';
import { requireTagged } from './tag-refusals.js';
import { TagSyncRepository, type TagSyncState } from './tag-sync.repository.js';

/** The name of its job in the queue `work`. */
export const TAG_SYNC = 'tag-sync';

/** The data of that job; the walk's row says the rest. */
export interface TagSyncJob {
  readonly accountId: number;
}

/** A worker on a walk gives a sign of life more often than this. */
const SILENCE = '30 seconds';

/** Starts walks of tags, and nudges those that no worker is on. */
@Injectable()
export class TagSync {
  readonly #logger = new Logger(TagSync.name);
  readonly #syncs: TagSyncRepository;
  readonly #queue: Queue<TagSyncJob>;

  constructor(syncs: TagSyncRepository, @InjectQueue(WORK_QUEUE) queue: Queue<TagSyncJob>) {
    this.#syncs = syncs;
    this.#queue = queue;
  }

  /** Answers with the running walk if there is one, else starts one. */
  async start(account: Account): Promise<TagSyncState> {
    requireTagged(account);
    for (;;) {
      const begun = await this.#syncs.begin(account.id);
      if (begun !== undefined) {
        // The row is on record, so we do not wait for the queue, which may be away.
        void this.#nudge(account.id).catch((err: unknown) =>
          this.#logger.warn(
            { appid: account.appid, err },
            'the walk of the tags was not queued: it starts within a minute',
          ),
        );
        return begun;
      }
      const running = await this.#syncs.findSync(account.id);
      if (running?.state === 'running') return running;
      // It ended between the two statements.
    }
  }

  find(accountId: number): Promise<TagSyncState | undefined> {
    return this.#syncs.findSync(accountId);
  }

  /** Any worker may call it at any time. */
  async nudgeUnfinished(): Promise<void> {
    for (const accountId of await this.#syncs.takeSilent(SILENCE)) {
      this.#logger.warn(
        `the walk of the tags of account ${accountId} was left unfinished; it goes on`,
      );
      await this.#nudge(accountId);
    }
  }

  async #nudge(accountId: number): Promise<void> {
    await this.#queue.add(
      TAG_SYNC,
      { accountId },
      { attempts: 1, removeOnComplete: true, removeOnFail: 100 },
    );
  }
}
