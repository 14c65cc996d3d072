import { InjectQueue } from '@nestjs/bullmq';
import { Injectable, Logger } from '@nestjs/common';
import type { Queue } from 'bullmq';
import type { Account } from '../../accounts/account.js';
import type { Page } from '../../http/cursor.js';
import { isUuid } from '../../http/id-cursor.js';
import { both } from '../../kernel/bilingual.js';
import { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/domain-error.js';
import { newBroadcastId, type Openid } from '../../kernel/ids.js';
import { WORK_QUEUE } from '../../queue/queue-names.js';
import { openidsToTag } from './openids-to-tag.js';
import { type TaggingFailure, TaggingRepository, type TaggingState } from './tagging.repository.js';
import { Tags } from './tags.service.js';

/** The name of its job in the queue `work`. */
export const TAGGING = 'tagging';

/** The data of that job; its row says the rest. */
export interface TaggingJob {
  readonly id: string;
}

/** A worker on a list gives a sign of life more often than this. */
const SILENCE = '30 seconds';

/** Lists of people who are given or lose a tag. */
@Injectable()
export class Taggings {
  readonly #logger = new Logger(Taggings.name);
  readonly #tags: Tags;
  readonly #taggings: TaggingRepository;
  readonly #clock: Clock;
  readonly #queue: Queue<TaggingJob>;

  constructor(
    tags: Tags,
    taggings: TaggingRepository,
    clock: Clock,
    @InjectQueue(WORK_QUEUE) queue: Queue<TaggingJob>,
  ) {
    this.#tags = tags;
    this.#taggings = taggings;
    this.#clock = clock;
    this.#queue = queue;
  }

  /** Harmless to repeat: who has the tag already, or has lost it, stays so. */
  async begin(
    account: Account,
    tagId: number,
    verb: 'tag' | 'untag',
    given: readonly unknown[],
  ): Promise<TaggingState> {
    const openids = openidsToTag(given);
    await this.#tags.requireTag(account, tagId);
    const id = newBroadcastId(this.#clock.now());
    const accountId = account.id;
    const begun = await this.#taggings.begin({ id, accountId, tagId, verb, openids });
    // The row is on record, so we do not wait for the queue, which may be away.
    void this.#nudge(id).catch((err: unknown) =>
      this.#logger.warn(
        { appid: account.appid, err },
        'a list of people to tag was not queued: it starts within a minute',
      ),
    );
    return begun;
  }

  async require(account: Account, id: string): Promise<TaggingState> {
    const found = isUuid(id) ? await this.#taggings.find(account.id, id.toLowerCase()) : undefined;
    if (found !== undefined) return found;
    const shown = id.slice(0, 64);
    throw new DomainError(
      'not-found',
      'tagging_not_found',
      both(
        `没有打标签的名单 ${shown}；结束 30 天后不再保留。`,
        `There is no list of people to tag ${shown}; they are kept for 30 days after their end.`,
        { id: shown },
      ),
    );
  }

  async failures(
    account: Account,
    id: string,
    { after, limit }: { after?: Openid; limit: number },
  ): Promise<Page<TaggingFailure>> {
    const found = await this.require(account, id);
    return this.#taggings.failures(found.id, { ...(after !== undefined && { after }), limit });
  }

  /** Any worker may call it at any time. */
  async nudgeUnfinished(): Promise<void> {
    for (const id of await this.#taggings.takeSilent(SILENCE)) {
      this.#logger.warn(`the list of people to tag ${id} was left unfinished; it goes on`);
      await this.#nudge(id);
    }
    await this.#taggings.clearOld();
  }

  async #nudge(id: string): Promise<void> {
    await this.#queue.add(
      TAGGING,
      { id },
      { attempts: 1, removeOnComplete: true, removeOnFail: 100 },
    );
  }
}
