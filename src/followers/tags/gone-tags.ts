import { Injectable } from '@nestjs/common';
import { Kysely, sql } from 'kysely';
import { LOT } from './tag.statements.js';
import type { TagTables } from './tag.tables.js';

/** What is left of tags that WeChat has no more. */
@Injectable()
export class GoneTags {
  readonly #db: Kysely<TagTables>;

  constructor(db: Kysely<TagTables>) {
    this.#db = db;
  }

  /** Removes a lot of it. False once nothing is left. */
  async clear(): Promise<boolean> {
    const tag = await this.#db
      .selectFrom('tag')
      .select(['accountId', 'tagId'])
      .where('goneAt', 'is not', null)
      .orderBy('accountId')
      .orderBy('tagId')
      .limit(1)
      .executeTakeFirst();
    if (tag === undefined) return false;
    const { accountId, tagId } = tag;
    const lot = await this.#db
      .selectFrom('followerTag')
      .select('openid')
      .where('accountId', '=', accountId)
      .where('tagId', '=', tagId)
      .orderBy('openid')
      .limit(LOT)
      .execute();
    const last = lot.at(-1);
    if (last !== undefined) {
      await this.#db
        .deleteFrom('followerTag')
        .where('accountId', '=', accountId)
        .where('tagId', '=', tagId)
        .where('openid', '<=', last.openid)
        .execute();
      return true;
    }
    // A page that was under way may still come: then it is looked at again.
    await sql`
      with gone as (
        delete from tag where account_id = ${accountId} and tag_id = ${tagId} and gone_at is not null
          and not exists (select from follower_tag where account_id = ${accountId} and tag_id = ${tagId})
          and not exists (
            select from tag_sync where account_id = ${accountId} and tag_id = ${tagId} and state = 'running')
        returning account_id, tag_id
      )
      delete from tag_change using gone
      where tag_change.account_id = gone.account_id and tag_change.tag_id = gone.tag_id`.execute(
      this.#db,
    );
    return false;
  }
}
