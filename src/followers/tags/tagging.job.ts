import { Injectable, Logger } from '@nestjs/common';
import type { Account } from '../../accounts/account.js';
import { AccountsService } from '../../accounts/accounts.service.js';
import { bisect } from '../../kernel/bisect.js';
import type { Openid } from '../../kernel/ids.js';
import { WorkJobs } from '../../queue/work-jobs.js';
import { WechatApi } from '../../token/wechat-api.js';
import { WechatRefusal } from '../../wechat/wechat.errors.js';
import { pageFailure, type SyncProblem } from '../record/sync-problem.js';
import { Left, Patience } from '../walk/patience.js';
import { type Lot, TaggingRepository, type TaggingRow } from './tagging.repository.js';
import { TAGGING, type TaggingJob } from './taggings.js';

/** WeChat refuses a call whole for one of its people: no openid, of another account, 20 tags already, no follower. */
const OF_ONE_PERSON: ReadonlySet<number> = new Set([40003, 43004, 45059, 49003, 50005]);

/** Tells lists of people to WeChat, as jobs of the queue `work`. Told twice, WeChat does the same. */
@Injectable()
export class TaggingWork {
  readonly #logger = new Logger(TaggingWork.name);
  readonly #taggings: TaggingRepository;
  readonly #accounts: AccountsService;
  readonly #api: WechatApi;
  readonly #patience: Patience;

  /** Told at once: the queue may have jobs before all modules are initialised. */
  constructor(
    jobs: WorkJobs,
    taggings: TaggingRepository,
    accounts: AccountsService,
    api: WechatApi,
    patience: Patience,
  ) {
    this.#taggings = taggings;
    this.#accounts = accounts;
    this.#api = api;
    this.#patience = patience;
    jobs.learn(TAGGING, ({ id }: TaggingJob, signal) => this.run(id, signal));
  }

  /** Goes on with the first lot that is not settled, until there is none, the list fails, or `signal` says stop. */
  async run(id: string, signal: AbortSignal): Promise<void> {
    const row = await this.#taggings.findRunning(id);
    const account = row && (await this.#accounts.byId(row.accountId));
    if (row === undefined || account === undefined) return;
    if (!(await this.#taggings.keepAlive(id))) return;
    try {
      while (!signal.aborted) {
        const lot = await this.#taggings.nextLot(id);
        if (lot === undefined) return await this.#taggings.finish(id);
        await this.#tell(account, row, lot, signal);
      }
    } catch (error) {
      if (error instanceof Left) return;
      const failure = pageFailure(error, 'tags');
      if (failure === undefined) throw error;
      await this.#fail(row, failure.problem);
    }
  }

  async #tell(account: Account, row: TaggingRow, lot: Lot, signal: AbortSignal): Promise<void> {
    const waiting = { keepAlive: () => this.#taggings.keepAlive(row.id) };
    const refused = await bisect(
      lot.openids,
      (openids) =>
        this.#patience.ask('tags', () => this.#ask(account, row, openids), waiting, signal),
      (error) => error instanceof WechatRefusal && OF_ONE_PERSON.has(error.errcode),
    );
    const failures = refused.flatMap(({ item, error }) => {
      const failure = pageFailure(error, 'tags');
      return failure === undefined ? [] : [{ openid: item, problem: failure.problem }];
    });
    const outcome = await this.#taggings.settle(row, lot, failures);
    if (outcome === 'lost') throw new Left();
    if (outcome === 'gone') await this.#fail(row, TAG_GONE);
  }

  async #ask(
    account: Account,
    { verb, tagId }: TaggingRow,
    openids: readonly Openid[],
  ): Promise<void> {
    await this.#api.call(account, {
      path: `/cgi-bin/tags/members/${verb === 'tag' ? 'batchtagging' : 'batchuntagging'}`,
      method: 'POST',
      body: JSON.stringify({ openid_list: openids, tagid: tagId }),
    });
  }

  async #fail({ id, accountId }: TaggingRow, problem: SyncProblem): Promise<void> {
    await this.#taggings.fail(id, problem);
    this.#logger.warn(
      `a list of people to tag of account ${accountId} was not told to the end: ${problem.message}`,
    );
  }
}

const TAG_GONE: SyncProblem = {
  errcode: null,
  rid: null,
  message: 'the tag was deleted meanwhile',
  code: 'tag_gone',
  params: {},
  zh: '标签已在中途删除，其余的人没有改动。',
  en: 'The tag was deleted meanwhile; the others were left as they are.',
};
