import { Injectable, Logger } from '@nestjs/common';
import { AccountsService } from '../../accounts/accounts.service.js';
import { WechatApi } from '../../token/wechat-api.js';
import { type FollowerPage, followerPage } from './follower-page.js';
import { type FollowerSyncRow, FollowerSyncRepository } from './follower-sync.repository.js';
import { circularList, type SyncProblem, UnusableAnswer } from '../record/sync-problem.js';
import { Patience } from '../walk/patience.js';

const LIST_PATH = '/cgi-bin/user/get';

/**
 * Walks an account's follower list, from the cursor in the walk's row. It keeps one page in memory, and every step is
 * one transaction: a crash costs at most the page that was being read.
 */
@Injectable()
export class FollowerWalk {
  readonly #logger = new Logger(FollowerWalk.name);
  readonly #syncs: FollowerSyncRepository;
  readonly #accounts: AccountsService;
  readonly #api: WechatApi;
  readonly #patience: Patience;

  constructor(
    syncs: FollowerSyncRepository,
    accounts: AccountsService,
    api: WechatApi,
    patience: Patience,
  ) {
    this.#syncs = syncs;
    this.#accounts = accounts;
    this.#api = api;
    this.#patience = patience;
  }

  /** Returns when the walk ends, on the signal, or when another worker is on the same walk. */
  async run(accountId: number, signal: AbortSignal): Promise<void> {
    for (let taken = false; !signal.aborted; taken = true) {
      const walk = await this.#syncs.findSync(accountId);
      if (walk?.state !== 'running') return;
      // The first page may take its time: who asks shall know that somebody is on it.
      if (!taken && !(await this.#syncs.keepAlive(walk))) return;
      if (!(await this.#step(walk, signal))) return;
    }
  }

  /** False when this worker has nothing more to do. */
  async #step(walk: FollowerSyncRow, signal: AbortSignal): Promise<boolean> {
    switch (walk.step) {
      case 'reading':
        return this.#read(walk, signal);
      case 'comparing':
        return this.#syncs.compare(walk);
      case 'parting':
        return this.#part(walk);
    }
  }

  async #read(walk: FollowerSyncRow, signal: AbortSignal): Promise<boolean> {
    const page = await this.#fetch(walk, signal);
    if (page === undefined) return false;
    const outcome = await this.#syncs.storePage(walk, page);
    if (outcome === 'circular') await this.#fail(walk, circularList(LIST_PATH));
    return outcome === 'stored';
  }

  async #part(walk: FollowerSyncRow): Promise<boolean> {
    const lot = await this.#syncs.partWithLot(walk);
    if (lot !== 'none left') return lot === 'parted';
    await this.#analyze(walk);
    if (await this.#syncs.finish(walk)) {
      this.#logger.log(
        `followers of account ${walk.accountId}: read to the end, ${walk.seen} seen`,
      );
    }
    return false;
  }

  /** A walk ends well without new statistics, too. */
  async #analyze({ seen }: FollowerSyncRow): Promise<void> {
    try {
      await this.#syncs.analyzeAfter(seen);
    } catch (err) {
      this.#logger.warn({ err }, 'the table of followers could not be analysed');
    }
  }

  /** Undefined when this worker must leave the walk. */
  #fetch(walk: FollowerSyncRow, signal: AbortSignal): Promise<FollowerPage | undefined> {
    const waiting = {
      keepAlive: () => this.#syncs.keepAlive(walk),
      fail: (problem: SyncProblem) => this.#fail(walk, problem),
    };
    return this.#patience.askForPage('follower-list', () => this.#ask(walk), waiting, signal);
  }

  async #ask({ accountId, cursor }: FollowerSyncRow): Promise<FollowerPage | undefined> {
    const account = await this.#accounts.byId(accountId);
    if (account === undefined) return undefined; // removed, and its walk with it
    // An empty next_openid has been refused with 40003: on the first call there is none.
    const query = cursor === null ? {} : { query: { next_openid: cursor } };
    const answer = await this.#api.call(account, { path: LIST_PATH, method: 'GET', ...query });
    const page = followerPage(answer, cursor);
    if (page === undefined) throw new UnusableAnswer(`${LIST_PATH} answered no follower list`);
    return page;
  }

  async #fail(walk: FollowerSyncRow, problem: SyncProblem): Promise<void> {
    await this.#syncs.fail(walk, problem);
    this.#logger.warn(
      `followers of account ${walk.accountId} were not read to the end: ${problem.message}`,
    );
  }
}
