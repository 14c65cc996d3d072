import { Injectable } from '@nestjs/common';
import { Kysely, sql } from 'kysely';
import type { HotRunner } from '../../../database/hot-sql.js';
import { capInForce, comingTo, contactsOf } from '../record/contact-cap.js';
import type { BroadcastTables, ContactCap } from '../record/engine.tables.js';
import { Lane } from '../record/lane.js';
import type { Nudge } from '../send/send.queue.js';
import type { ReleaseOrder } from './release.repository.js';
import { CAPPED_DUE, CAPPED_NEXT, RELEASE_JUDGED } from './release.statements.js';

type Verdict = 'go' | 'over' | 'later';

interface Row {
  readonly openid: string;
  readonly pending?: boolean;
  /** It may have been sent: it is part of what it would be judged by. */
  readonly in_doubt: boolean;
}

/**
 * Hands out rows of accounts with a contact cap. Leases of an account follow each other, so whoever is judged here is
 * judged by all that was handed out before: what WeChat has accepted, and what is still on its way.
 */
@Injectable()
export class CappedRelease {
  readonly #db: Kysely<BroadcastTables>;
  readonly #lane: Lane;

  constructor(db: Kysely<BroadcastTables>, lane: Lane) {
    this.#db = db;
    this.#lane = lane;
  }

  /** @param coming what this very lease has handed out, which nobody else sees yet */
  async release(
    tx: HotRunner,
    { broadcast, limit }: ReleaseOrder,
    cap: ContactCap,
    coming: readonly Nudge[],
  ): Promise<Nudge[]> {
    const { id, released_to: reached, canary_capacity: canary, account_id: accountId } = broadcast;
    const judge = (rows: readonly Row[]) => this.#judge(id, accountId, cap, rows, coming);
    const due = await tx.query<Row>(CAPPED_DUE, [id, limit]);
    const nudges = await this.#move(tx, id, await judge(due), null);

    const most = Math.min(limit - nudges.length, canary ?? Infinity);
    if (most <= 0) return nudges;
    const next = await tx.query<Row>(CAPPED_NEXT, [id, reached, most]);
    const verdicts = await judge(next.filter(({ pending }) => pending));
    const passed = upTo(most, next, verdicts);
    const last = passed.at(-1);
    if (last === undefined) return nudges;
    const judged = new Map(
      passed.flatMap(({ openid }) => {
        const verdict = verdicts.get(openid);
        return verdict === undefined ? [] : [[openid, verdict] as const];
      }),
    );
    return [...nudges, ...(await this.#move(tx, id, judged, last.openid))];
  }

  /** Not on the connection of the lease: its pool would read every month of deliveries. */
  async #judge(
    id: string,
    accountId: number,
    cap: ContactCap,
    rows: readonly Row[],
    coming: readonly Nudge[],
  ): Promise<Map<string, Verdict>> {
    if (rows.length === 0) return new Map();
    const here = new Map<string, number>();
    for (const { openid } of coming) here.set(openid, (here.get(openid) ?? 0) + 1);
    const asked = rows.map(({ openid }) => openid);
    const known = await this.#db.transaction().execute(async (tx) => {
      const inForce = await capInForce(tx, accountId, cap);
      const { rows: found } = await sql<{ openid: string; had: number; coming: number }>`
        select one.openid, ${contactsOf('one', accountId, inForce, id)}::integer as had,
          ${comingTo('one', accountId, inForce, id)}::integer as coming
        from unnest(${asked}::text[]) one (openid)`.execute(tx);
      return new Map(found.map((each) => [each.openid, each]));
    });
    return new Map(
      rows.map(({ openid, in_doubt: inDoubt }) => {
        const { had = 0, coming: others = 0 } = known.get(openid) ?? {};
        const all = had + others + (here.get(openid) ?? 0);
        if (inDoubt || all < cap.n) return [openid, 'go'];
        return [openid, had >= cap.n ? 'over' : 'later'];
      }),
    );
  }

  async #move(
    tx: HotRunner,
    id: string,
    verdicts: ReadonlyMap<string, Verdict>,
    cursor: string | null,
  ): Promise<Nudge[]> {
    if (verdicts.size === 0 && cursor === null) return [];
    const rows = await tx.query<{ openid: string; nudge: number }>(RELEASE_JUDGED, [
      id,
      [...verdicts.keys()],
      [...verdicts.values()],
      cursor,
      this.#lane.of('release'),
    ]);
    return rows.map(({ openid, nudge }) => ({ broadcastId: id, openid, nudge, priority: false }));
  }
}

/** The rows that the cursor passes: so many of them go out at most. */
function upTo(
  most: number,
  rows: readonly Row[],
  verdicts: ReadonlyMap<string, Verdict>,
): readonly Row[] {
  let going = 0;
  const end = rows.findIndex(({ openid }) => {
    if (verdicts.get(openid) === 'go') going++;
    return going > most;
  });
  return end === -1 ? rows : rows.slice(0, end);
}
