import { type RawBuilder, sql, type Transaction } from 'kysely';
import type { BroadcastTables, ContactCap } from '../../engine/record/engine.tables.js';
import { unreachableBecause } from '../../../followers/suppressions/unreachable.js';
import { capInForce, contactsOf } from '../../engine/record/contact-cap.js';

/** Whose people are looked at. */
export interface Looked {
  readonly accountId: number;
  /** The broadcast whose audience it is; null where it is none's yet. */
  readonly broadcastId: string | null;
  /** Only template messages need a follower. */
  readonly needsFollower: boolean;
  readonly contactCap: ContactCap | null;
}

/** What a page came to. All of it is of one statement, so that it adds up. */
export interface CountedPage {
  readonly horizon: string;
  readonly done: boolean;
  readonly sources: readonly number[];
  readonly duplicates: number;
  readonly excluded: number;
  readonly suppressed: number;
  readonly unsubscribed: number;
  readonly cap: number;
  readonly recipients: number;
  /** The first of those who would get it. */
  readonly first: readonly string[];
}

/** @param page the audience's page, as expansion reads it: `recipients (openid, vars)` and `page_end` */
export async function countPage(
  tx: Transaction<BroadcastTables>,
  page: { readonly ctes: RawBuilder<unknown> },
  looked: Looked,
  wanted: number,
): Promise<CountedPage> {
  const over = await overCap(tx, looked);
  const { rows } = await sql<CountedPage>`
    with ${page.ctes},
    reached as materialized (
      select one.openid, ${whyNot(looked)} as why
      from (select ${looked.accountId}::integer as account_id, openid from recipients) one
    ),
    judged as materialized (
      select reached.openid, reached.why, case when reached.why is null then ${over} else false end as beyond
      from reached
    ),
    counted as (
      select count(*) filter (where why = 'suppressed')::integer as suppressed,
        count(*) filter (where why = 'unsubscribed')::integer as unsubscribed,
        count(*) filter (where beyond)::integer as cap,
        count(*) filter (where why is null and not beyond)::integer as recipients
      from judged
    )
    select horizon, done, sources, duplicates, excluded, suppressed, unsubscribed, cap, recipients,
      array(select openid from judged where why is null and not beyond order by openid limit ${wanted}) as first
    from page_end cross join counted`.execute(tx);
  return rows[0] as CountedPage;
}

const whyNot = ({ needsFollower }: Looked): RawBuilder<unknown> =>
  sql.raw(unreachableBecause('one.account_id', 'one.openid', String(needsFollower)));

async function overCap(
  tx: Transaction<BroadcastTables>,
  { accountId, broadcastId, contactCap }: Looked,
): Promise<RawBuilder<unknown>> {
  if (contactCap === null) return sql`false`;
  const cap = await capInForce(tx, accountId, contactCap);
  return sql`${contactsOf('reached', accountId, cap, broadcastId)} >= ${cap.n}`;
}
