import { InjectQueue } from '@nestjs/bullmq';
import { Injectable, Logger } from '@nestjs/common';
import type { Queue } from 'bullmq';
import type { SyncHealth } from '../../accounts/account-health.js';
import type { Account } from '../../accounts/account.js';
import { both } from '../../kernel/bilingual.js';
import { DomainError } from '../../kernel/domain-error.js';
import { WORK_QUEUE } from '../../queue/queue-names.js';
import { FollowerSyncRepository, type FollowerSyncState } from './follower-sync.repository.js';

/** The name of its job in the queue `work`. */
export const FOLLOWER_SYNC = 'follower-sync';

/** The data of that job; the walk's row says the rest. */
export interface FollowerSyncJob {
  readonly accountId: number;
}

/** A worker on a walk gives a sign of life more often than this. */
const SILENCE = '30 seconds';

/** Starts walks of follower lists, and nudges those that no worker is on. */
@Injectable()
export class FollowerSync {
  readonly #logger = new Logger(FollowerSync.name);
  readonly #syncs: FollowerSyncRepository;
  readonly #queue: Queue<FollowerSyncJob>;

  constructor(
    syncs: FollowerSyncRepository,
    @InjectQueue(WORK_QUEUE) queue: Queue<FollowerSyncJob>,
  ) {
    this.#syncs = syncs;
    this.#queue = queue;
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
    for (;;) {
      const begun = await this.#syncs.begin(account.id);
      if (begun !== undefined) {
        // The row is on record, so we do not wait for the queue, which may be away.
        void this.#nudge(account.id).catch((err: unknown) =>
          this.#logger.warn(
            { appid: account.appid, err },
            'the walk of the followers was not queued: it starts with the next sweep',
          ),
        );
        return begun;
      }
      const running = await this.#syncs.findSync(account.id);
      if (running?.state === 'running') return running;
      // It ended between the two statements.
    }
  }

  find(accountId: number): Promise<FollowerSyncState | undefined> {
    return this.#syncs.findSync(accountId);
  }

  /** Any worker may call it at any time. */
  async nudgeUnfinished(): Promise<void> {
    for (const accountId of await this.#syncs.takeSilent(SILENCE)) {
      this.#logger.warn(`the walk of account ${accountId} was left unfinished; it goes on`);
      await this.#nudge(accountId);
    }
  }

  async #nudge(accountId: number): Promise<void> {
    await this.#queue.add(
      FOLLOWER_SYNC,
      { accountId },
      { attempts: 1, removeOnComplete: true, removeOnFail: 100 },
    );
  }
}
