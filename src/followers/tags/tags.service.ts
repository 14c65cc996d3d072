import { Injectable } from '@nestjs/common';
import { Kysely, type Selectable, sql } from 'kysely';
import type { Account } from '../../accounts/account.js';
import { inTransaction } from '../../audit/record/in-transaction.js';
import { both } from '../../kernel/bilingual.js';
import { DomainError } from '../../kernel/domain-error.js';
import { OPENID_PATTERN, type Openid } from '../../kernel/ids.js';
import { page, type Page } from '../../http/cursor.js';
import { WechatApi } from '../../token/wechat-api.js';
import type { WechatAnswer } from '../../wechat/answer.js';
import { WechatRefusal } from '../../wechat/wechat.errors.js';
import { tagOf } from './listed-tags.js';
import { refusedChange, requireTagged, tagNotFound } from './tag-refusals.js';
import type { TagTable, TagTables } from './tag.tables.js';

export type Tag = Pick<Selectable<TagTable>, 'tagId' | 'name' | 'count' | 'members' | 'asOf'>;

const COLUMNS = ['tagId', 'name', 'count', 'members', 'asOf'] as const;
/** "invalid tag id". */
const NO_SUCH_TAG = 45159;

/** The tags of our accounts: as WeChat listed them last, and as we have changed them since. */
@Injectable()
export class Tags {
  readonly #db: Kysely<TagTables>;
  readonly #wechat: WechatApi;

  constructor(db: Kysely<TagTables>, wechat: WechatApi) {
    this.#db = db;
    this.#wechat = wechat;
  }

  /** All of them, in the order of their ids: WeChat gives an account about a hundred. */
  list(accountId: number): Promise<Tag[]> {
    return this.#known(accountId).orderBy('tagId').execute();
  }

  async requireTag({ id, appid }: Account, tagId: number): Promise<Tag> {
    const tag = await this.#known(id).where('tagId', '=', tagId).executeTakeFirst();
    if (tag === undefined) throw tagNotFound(appid, String(tagId));
    return tag;
  }

  /** The tags that somebody has, as far as they were read. */
  async of(accountId: number, openid: Openid): Promise<Pick<Tag, 'tagId' | 'name'>[]> {
    if (!OPENID_PATTERN.test(openid)) return [];
    const { rows } = await sql<Pick<Tag, 'tagId' | 'name'>>`
      select tag.tag_id, tag.name
      from tag cross join lateral (
        select from follower_tag
        where account_id = tag.account_id and tag_id = tag.tag_id and openid = ${openid} limit 1
      ) has
      where tag.account_id = ${accountId} and tag.gone_at is null
      order by tag.tag_id`.execute(this.#db);
    return rows;
  }

  /** Who has a tag, in the order of their openids. */
  async members(
    accountId: number,
    tagId: number,
    { after = '', limit }: { after?: Openid; limit: number },
  ): Promise<Page<{ openid: Openid }>> {
    const rows = await this.#db
      .selectFrom('followerTag')
      .select('openid')
      .where('accountId', '=', accountId)
      .where('tagId', '=', tagId)
      .where('openid', '>', after)
      .orderBy('openid')
      .limit(limit + 1)
      .execute();
    return page(rows, limit, ({ openid }) => openid);
  }

  async create(account: Account, name: string): Promise<Tag> {
    requireTagged(account);
    const answer = await this.#change(account, 'create', { name });
    const made = tagOf(answer['tag']);
    if (made === undefined) throw noTagInIt();
    const { tagId } = made;
    return inTransaction(this.#db, async (tx, audit) => {
      // A walk may have listed it in the meantime.
      const tag = await tx
        .insertInto('tag')
        .values({
          accountId: account.id,
          tagId,
          name: made.name,
          count: 0,
          members: 0,
          asOf: NOW,
          changedAt: NOW,
        })
        .onConflict((conflict) =>
          conflict
            .columns(['accountId', 'tagId'])
            .doUpdateSet({ name: made.name, changedAt: NOW, goneAt: null }),
        )
        .returning(COLUMNS)
        .executeTakeFirstOrThrow();
      audit({
        action: 'tag.create',
        target: { kind: 'tag', id: tagId },
        accountId: account.id,
        after: { name: made.name },
      });
      return tag;
    });
  }

  async rename(account: Account, tagId: number, name: string): Promise<Tag> {
    const before = await this.requireTag(account, tagId);
    if (before.name === name) return before;
    await this.#change(account, 'update', { id: tagId, name });
    return inTransaction(this.#db, async (tx, audit) => {
      const tag = await tx
        .updateTable('tag')
        .set({ name, changedAt: NOW })
        .where('accountId', '=', account.id)
        .where('tagId', '=', tagId)
        .returning(COLUMNS)
        .executeTakeFirst();
      if (tag === undefined) throw tagNotFound(account.appid, String(tagId));
      audit({
        action: 'tag.rename',
        target: { kind: 'tag', id: tagId },
        accountId: account.id,
        before: { name: before.name },
        after: { name },
      });
      return tag;
    });
  }

  /** Who had it loses it at WeChat at once; here their rows go in lots. */
  async delete(account: Account, tagId: number): Promise<void> {
    const { name } = await this.requireTag(account, tagId);
    try {
      await this.#change(account, 'delete', { id: tagId });
    } catch (error) {
      // Somebody was faster, in WeChat's console or here.
      const { cause } = error as { cause?: unknown };
      if (!(cause instanceof WechatRefusal) || cause.errcode !== NO_SUCH_TAG) throw error;
    }
    await inTransaction(this.#db, async (tx, audit) => {
      const { numUpdatedRows } = await tx
        .updateTable('tag')
        .set({ goneAt: NOW, changedAt: NOW })
        .where('accountId', '=', account.id)
        .where('tagId', '=', tagId)
        .where('goneAt', 'is', null)
        .executeTakeFirst();
      if (numUpdatedRows === 0n) return;
      audit({
        action: 'tag.delete',
        target: { kind: 'tag', id: tagId },
        accountId: account.id,
        before: { name },
      });
    });
  }

  async #change(account: Account, verb: string, tag: object): Promise<WechatAnswer> {
    try {
      return await this.#wechat.call(account, {
        path: `/cgi-bin/tags/${verb}`,
        method: 'POST',
        body: JSON.stringify({ tag }),
      });
    } catch (error) {
      throw refusedChange(error);
    }
  }

  #known(accountId: number) {
    return this.#db
      .selectFrom('tag')
      .select(COLUMNS)
      .where('accountId', '=', accountId)
      .where('goneAt', 'is', null);
  }
}

const NOW = sql<Date>`clock_now()`;

const noTagInIt = (): DomainError =>
  new DomainError(
    'unavailable',
    'wechat_answer_unusable',
    both(
      '微信的应答里没有新标签。请同步标签后查看。',
      'WeChat answered without the new tag: sync the tags and look.',
    ),
  );
