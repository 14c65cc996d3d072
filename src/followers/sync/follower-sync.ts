import { InjectQueue } from '@nestjs/bullmq';
import { Injectable } from '@nestjs/common';
import type { Queue } from 'bullmq';
import type { SyncHealth } from '../../accounts/account-health.js';
import type { Account } from '../../accounts/account.js';
import { both } from '../../kernel/bilingual.js';
import { DomainError } from '../../kernel/domain-error.js';
import { WORK_QUEUE } from '../../queue/queue-names.js';
import { type WalkJob, WalkStarts } from '../walk/walk-starts.js';
import { FollowerSyncRepository, type FollowerSyncState } from './follower-sync.repository.js';

/** The name of its job in the queue `work`. */
export const FOLLOWER_SYNC = 'follower-sync';

/** Starts walks of follower lists, and nudges those that no worker is on. */
@Injectable()
export class FollowerSync {
  readonly #syncs: FollowerSyncRepository;
  readonly #starts: WalkStarts<FollowerSyncState>;

  constructor(syncs: FollowerSyncRepository, @InjectQueue(WORK_QUEUE) queue: Queue<WalkJob>) {
    this.#syncs = syncs;
    this.#starts = new WalkStarts(syncs, queue, FOLLOWER_SYNC);
  }

  /** By account id, how the readings of their lists went. A mini program has no list. */
  async healthOf(accounts: readonly Account[]): Promise<Map<number, SyncHealth>> {
    const asked = accounts.filter(({ kind }) => kind === 'service').map(({ id }) => id);
    const syncs = new Map((await this.#syncs.findAll(asked)).map((sync) => [sync.accountId, sync]));
    return new Map(
      asked.map((id) => {
        const sync = syncs.get(id);
        const failedAt = sync?.state === 'failed' ? sync.finishedAt : null;
        return [id, { syncedAt: sync?.confirmedAsOf ?? null, failedAt }];
      }),
    );
  }

  /** Answers with the running walk if there is one, else starts one. */
  async start(account: Account): Promise<FollowerSyncState> {
    if (account.kind !== 'service') {
      throw new DomainError(
        'unprocessable',
        'account_kind_without_followers',
        both(
          `${account.appid} 是小程序，只有服务号才有粉丝，请换用服务号。`,
          `${account.appid} is a mini program: only service accounts have followers`,
          { appid: account.appid },
        ),
      );
    }
    return this.#starts.start(account.id, account.appid);
  }

  find(accountId: number): Promise<FollowerSyncState | undefined> {
    return this.#syncs.findSync(accountId);
  }

  /** Any worker may call it at any time. */
  nudgeUnfinished(): Promise<void> {
    return this.#starts.nudgeUnfinished();
  }
}
