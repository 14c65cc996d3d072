import { Injectable } from '@nestjs/common';
import { Kysely, sql } from 'kysely';
import type { Openid } from '../../kernel/ids.js';
import type { TesterTables } from './testers.tables.js';

/** What somebody did: wrote, scanned a code, followed, or chose from the menu. */
export const PUSH_KINDS = ['message', 'scan', 'follow', 'menu'] as const;
export type PushKind = (typeof PUSH_KINDS)[number];

/** Somebody has just shown themselves, whose openid is wanted. */
export interface RecentPush {
  readonly accountId: number;
  readonly openid: Openid;
  readonly at: Date;
  readonly what: PushKind;
  /** They scanned a code of `TesterInvites`. */
  readonly invited: boolean;
}

const KEPT = sql`interval '1 hour'`;
/** Old rows that go with one write: more than come with it. */
const SWEPT = 2_000;
const SHOWN = 50;

/** Who has pushed anything within the last hour: so a tester, who knows no openid, is found. */
@Injectable()
export class RecentPushes {
  readonly #db: Kysely<TesterTables>;

  constructor(db: Kysely<TesterTables>) {
    this.#db = db;
  }

  /** One statement for a batch, and nothing where it has none of these. Harmless to repeat. */
  async note(pushes: readonly RecentPush[]): Promise<void> {
    const latest = new Map<string, RecentPush>();
    for (const push of pushes) {
      const who = `${push.accountId}:${push.openid}`;
      latest.set(who, { ...push, invited: push.invited || (latest.get(who)?.invited ?? false) });
    }
    const noted = [...latest.values()];
    if (noted.length === 0) return;
    await sql`
      with old as (
        delete from recent_push where ctid = any (array(
          select ctid from recent_push where at < clock_now() - ${KEPT}
          order by at limit ${SWEPT} for update skip locked
        ))
      )
      insert into recent_push as r (account_id, openid, at, what, invited)
      select a.id, n.openid, n.at, n.what, n.invited
      from unnest(${noted.map(({ accountId }) => accountId)}::integer[],
          ${noted.map(({ openid }) => openid)}::text[], ${noted.map(({ at }) => at)}::timestamptz[],
          ${noted.map(({ what }) => what)}::text[],
          ${noted.map(({ invited }) => invited)}::boolean[])
        as n (account_id, openid, at, what, invited)
      join account a on a.id = n.account_id
      where n.at > clock_now() - ${KEPT}
      order by a.id, n.openid
      on conflict (account_id, openid) do update set at = excluded.at, what = excluded.what,
        invited = excluded.invited or (r.invited and r.at > clock_now() - ${KEPT})
        where r.at <= excluded.at`.execute(this.#db);
  }

  /** The latest first. */
  list(accountId: number, minutes: number): Promise<Omit<RecentPush, 'accountId'>[]> {
    return this.#db
      .selectFrom('recentPush')
      .select(['openid', 'at', 'what', 'invited'])
      .where('accountId', '=', accountId)
      .where('at', '>', sql<Date>`clock_now() - make_interval(mins => ${minutes})`)
      .orderBy('at', 'desc')
      .limit(SHOWN)
      .execute();
  }
}
