import { Injectable, Logger } from '@nestjs/common';
import type { Account } from '../../accounts/account.js';
import { AccountsService } from '../../accounts/accounts.service.js';
import { WechatApi } from '../../token/wechat-api.js';
import { WechatRefusal } from '../../wechat/wechat.errors.js';
import { circularList, type SyncProblem, UnusableAnswer } from '../record/sync-problem.js';
import { type FollowerPage, followerPage } from '../sync/follower-page.js';
import { Patience } from '../walk/patience.js';
import { type ListedTag, listedTags } from './listed-tags.js';
import { type TagSyncRow, TagSyncRepository, type WalkAtTag } from './tag-sync.repository.js';

const LIST_PATH = '/cgi-bin/tags/get';
const MEMBERS_PATH = '/cgi-bin/user/tag/get';
/** "invalid tag id": of a tag that is gone, and now and then of one that is there. */
const NO_SUCH_TAG = 45159;

/**
 * Reads an account's tags, and of each who has it, from where the walk's row stands. It keeps one page in memory, and
 * every step is one transaction: a crash costs at most the page that was being read.
 */
@Injectable()
export class TagWalk {
  readonly #logger = new Logger(TagWalk.name);
  readonly #syncs: TagSyncRepository;
  readonly #accounts: AccountsService;
  readonly #api: WechatApi;
  readonly #patience: Patience;

  constructor(
    syncs: TagSyncRepository,
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
      if (!taken && !(await this.#syncs.keepAlive(walk))) return;
      const account = await this.#accounts.byId(accountId);
      if (account === undefined) return; // removed, and its walk with it
      if (!(await this.#step(account, walk, signal))) return;
    }
  }

  /** False when this worker has nothing more to do. */
  async #step(account: Account, walk: TagSyncRow, signal: AbortSignal): Promise<boolean> {
    if (walk.step === 'listing') return this.#list(account, walk, signal);
    if (!isAtTag(walk)) return false;
    switch (walk.step) {
      case 'reading':
        return this.#read(account, walk, signal);
      case 'comparing':
        return this.#syncs.compare(walk);
      case 'parting':
        return this.#part(walk);
    }
  }

  async #list(account: Account, walk: TagSyncRow, signal: AbortSignal): Promise<boolean> {
    const listed = await this.#patiently(walk, signal, () => this.#askList(account));
    return listed !== undefined && (await this.#syncs.storeList(walk, listed));
  }

  async #read(account: Account, walk: WalkAtTag, signal: AbortSignal): Promise<boolean> {
    const page = await this.#patiently(walk, signal, () => this.#askPage(account, walk));
    if (page === undefined) return false;
    if (page === 'gone') return this.#syncs.tagIsGone(walk);
    const outcome = await this.#syncs.storePage(walk, page);
    if (outcome === 'circular') await this.#fail(walk, circularList(MEMBERS_PATH));
    return outcome === 'stored';
  }

  async #part(walk: WalkAtTag): Promise<boolean> {
    const lot = await this.#syncs.partWithLot(walk);
    if (lot !== 'none left') return lot === 'parted';
    if (!(await this.#syncs.finishTag(walk))) return false;
    const after = await this.#syncs.findSync(walk.accountId);
    if (after?.state !== 'done' || after.walk !== walk.walk) return true;
    this.#logger.log(
      `tags of account ${walk.accountId}: ${after.read} read to the end, ${after.seen} openids seen`,
    );
    await this.#analyze(after);
    return false;
  }

  async #askList(account: Account): Promise<ListedTag[]> {
    const answer = await this.#api.call(account, { path: LIST_PATH, method: 'GET' });
    const listed = listedTags(answer);
    if (listed === undefined) throw new UnusableAnswer(`${LIST_PATH} answered no list of tags`);
    return listed;
  }

  async #askPage(account: Account, { tagId, cursor }: WalkAtTag): Promise<FollowerPage | 'gone'> {
    try {
      const answer = await this.#api.call(account, {
        path: MEMBERS_PATH,
        method: 'POST',
        body: JSON.stringify({ tagid: tagId, ...(cursor !== null && { next_openid: cursor }) }),
      });
      const page = followerPage(answer, cursor);
      if (page === undefined) throw new UnusableAnswer(`${MEMBERS_PATH} answered no list`);
      return page;
    } catch (error) {
      if (!(error instanceof WechatRefusal) || error.errcode !== NO_SUCH_TAG) throw error;
      const listed = await this.#askList(account);
      if (!listed.some((tag) => tag.tagId === tagId)) return 'gone';
      throw error;
    }
  }

  /** Undefined when this worker must leave the walk. */
  #patiently<T>(
    walk: TagSyncRow,
    signal: AbortSignal,
    ask: () => Promise<T>,
  ): Promise<T | undefined> {
    const waiting = {
      keepAlive: () => this.#syncs.keepAlive(walk),
      fail: (problem: SyncProblem) => this.#fail(walk, problem),
    };
    return this.#patience.askForPage('tags', ask, waiting, signal);
  }

  /** A walk ends well without new statistics, too. */
  async #analyze({ seen }: TagSyncRow): Promise<void> {
    try {
      await this.#syncs.analyzeAfter(seen);
    } catch (err) {
      this.#logger.warn({ err }, 'the table of tags and followers could not be analysed');
    }
  }

  async #fail(walk: TagSyncRow, problem: SyncProblem): Promise<void> {
    await this.#syncs.fail(walk, problem);
    this.#logger.warn(
      `tags of account ${walk.accountId} were not read to the end: ${problem.message}`,
    );
  }
}

const isAtTag = (walk: TagSyncRow): walk is WalkAtTag =>
  walk.tagId !== null && walk.tagAsOf !== null;
