import { Injectable } from '@nestjs/common';
import { Kysely, sql, type Transaction } from 'kysely';
import { inTransaction } from '../../../audit/record/in-transaction.js';
import type { Params } from '../../../kernel/bilingual.js';
import { actorColumn, recordEvent } from '../record/broadcast-events.js';
import type { BroadcastTables, RecordedActor } from '../record/engine.tables.js';
import type { HoldCode } from '../record/hold-codes.js';
import { type HoldReason, PERSONAL_HOLDS } from '../record/states.js';
import { holdEntry, liftEntry } from './hold-entries.js';
import { stopClaimsOf } from './stop-claims.js';

export interface Hold {
  readonly reason: HoldReason;
  /** When it lifts itself; left out, a person must lift it. */
  readonly until?: Date | null;
  readonly errcode?: number | null;
  readonly rid?: string | null;
  /** What happened, for a person to read. */
  readonly detail?: string | null;
  /** What was seen, by name, for a page to say it in its own way. */
  readonly params?: Params;
  readonly code?: HoldCode | null;
  /** A recipient whose refusal it was: a sample to look into. */
  readonly openid?: string | null;
  /** A person who pauses, to be told from another who does; left out for every other reason. */
  readonly holder?: string;
  /** Why a person pauses. */
  readonly note?: string | null;
}

/** A hold that waits for a person. */
export interface StandingHold {
  readonly id: string;
  readonly reason: HoldReason;
  readonly code: HoldCode | null;
  readonly since: Date;
  readonly by: RecordedActor | null;
  readonly note: string | null;
}

interface Lift {
  /** Only holds with these ids. */
  readonly ids?: readonly string[] | undefined;
  /** Only a hold with this code. */
  readonly code?: HoldCode | undefined;
  /** Why, for the broadcast's history. */
  readonly detail?: string | undefined;
}

/**
 * The holds of one broadcast: the set of reasons why it does not send. Where several workers find the same reason, the
 * first one writes it. Lifting one reason leaves the others.
 */
@Injectable()
export class Holds {
  readonly #db: Kysely<BroadcastTables>;

  constructor(db: Kysely<BroadcastTables>) {
    this.#db = db;
  }

  /** True when the hold is new; false when it stood already or the broadcast has ended. */
  async hold(broadcastId: string, hold: Hold): Promise<boolean> {
    return inTransaction(this.#db, async (tx, audit) => {
      const broadcast = await lockOpen(tx, broadcastId);
      if (!broadcast) return false;
      // A person may have let the broadcast go on since the canary was judged.
      if (hold.reason === 'canary' && broadcast.canaryPassedAt) return false;
      const isNew = await addHold(tx, broadcastId, hold);
      if (isNew) audit(holdEntry(broadcast, hold));
      return isNew;
    });
  }

  /**
   * Like `hold`, but a breaker trips once in the life of a broadcast: a person who lifts its hold has decided. Where
   * another hold of the same reason stands, the breaker waits until that is lifted. Tests and single messages are left
   * alone.
   */
  async trip(broadcastId: string, breaker: string, hold: Hold): Promise<boolean> {
    return inTransaction(this.#db, async (tx, audit) => {
      const broadcast = await lockOpen(tx, broadcastId);
      if (broadcast?.purpose !== 'broadcast') return false;
      const decided = await tx
        .selectFrom('broadcastBrake')
        .select('brake')
        .where('broadcastId', '=', broadcastId)
        .where('brake', '=', breaker)
        .executeTakeFirst();
      if (decided || !(await addHold(tx, broadcastId, hold))) return false;
      await tx
        .insertInto('broadcastBrake')
        .values({ broadcastId, brake: breaker, decidedAt: sql<Date>`clock_now()`, tripped: true })
        .execute();
      audit(holdEntry(broadcast, hold));
      return true;
    });
  }

  /** Gives a hold that stands with the code `from` another code and detail. */
  async change(
    broadcastId: string,
    reason: HoldReason,
    from: HoldCode,
    to: { readonly code: HoldCode; readonly detail: string; readonly params: Params },
  ): Promise<boolean> {
    return inTransaction(this.#db, async (tx, audit) => {
      const broadcast = await lockOpen(tx, broadcastId);
      if (!broadcast) return false;
      const { numUpdatedRows } = await tx
        .updateTable('broadcastHold')
        .set({ ...to, params: JSON.stringify(to.params) })
        .where('broadcastId', '=', broadcastId)
        .where('reason', '=', reason)
        .where('code', '=', from)
        .executeTakeFirst();
      if (numUpdatedRows === 0n) return false;
      await recordEvent(tx, broadcastId, 'held', { reason, ...to });
      audit(holdEntry(broadcast, { reason, ...to }));
      return true;
    });
  }

  /** Lifts those of the given reasons that stand, and says which did. */
  async lift(
    broadcastId: string,
    reasons: readonly HoldReason[],
    lift: Lift = {},
  ): Promise<HoldReason[]> {
    return inTransaction(this.#db, async (tx, audit) => {
      const broadcast = await lockOpen(tx, broadcastId);
      if (!broadcast) return [];
      const lifted = await liftHolds(tx, broadcastId, reasons, lift);
      if (lifted.length > 0) audit(liftEntry(broadcast, lifted, lift.detail));
      return lifted;
    });
  }
}

/** The holds that wait for a person, under the lock of the broadcast's row. */
export const standingHolds = (
  tx: Transaction<BroadcastTables>,
  broadcastId: string,
): Promise<StandingHold[]> =>
  tx
    .selectFrom('broadcastHold')
    .select(['id', 'reason', 'code', 'since', 'by', 'note'])
    .where('broadcastId', '=', broadcastId)
    .where('reason', 'in', PERSONAL_HOLDS)
    .orderBy('since')
    .execute();

/** Lifts holds in the caller's transaction, which holds the lock of the broadcast's row. */
export async function liftHolds(
  tx: Transaction<BroadcastTables>,
  broadcastId: string,
  reasons: readonly HoldReason[],
  { ids, code, detail }: Lift = {},
): Promise<HoldReason[]> {
  const lifted = await tx
    .deleteFrom('broadcastHold')
    .where('broadcastId', '=', broadcastId)
    .where('reason', 'in', reasons)
    .$if(code !== undefined, (query) => query.where('code', '=', code ?? null))
    .$if(ids !== undefined, (query) => query.where('id', 'in', ids ?? []))
    .returning('reason')
    .execute();
  const names = lifted.map(({ reason }) => reason);
  if (names.includes('canary')) await passCanary(tx, broadcastId);
  if (names.length > 0)
    await recordEvent(tx, broadcastId, 'lifted', { reasons: names, ...(detail && { detail }) });
  return names;
}

/** Hold, lift, cancel, expand and finish each lock the broadcast's row first, so they run one after the other. */
async function lockOpen(tx: Transaction<BroadcastTables>, broadcastId: string) {
  const row = await tx
    .selectFrom('broadcast')
    .select(['id', 'accountId', 'state', 'purpose', 'canaryPassedAt'])
    .where('id', '=', broadcastId)
    .forUpdate()
    .executeTakeFirst();
  return row?.state === 'finished' || row?.state === 'cancelled' ? undefined : row;
}

/** Adds a hold in the caller's transaction, which holds the lock of the broadcast's row. */
export async function addHold(
  tx: Transaction<BroadcastTables>,
  broadcastId: string,
  { reason, until = null, errcode = null, rid = null, detail = null, ...more }: Hold,
): Promise<boolean> {
  const { code = null, openid = null, note = null, holder = '', params } = more;
  const said = { reason, until, errcode, rid, detail, code, openid };
  const by = reason === 'operator' ? actorColumn() : null;
  const added = await tx
    .insertInto('broadcastHold')
    .values({
      broadcastId,
      since: sql<Date>`clock_now()`,
      ...said,
      by,
      note,
      holder,
      params: JSON.stringify(params ?? {}),
    })
    .onConflict((oc) => oc.doNothing())
    .returning('reason')
    .executeTakeFirst();
  if (added) {
    await stopClaimsOf(tx, broadcastId);
    await recordEvent(tx, broadcastId, 'held', {
      ...said,
      ...(note !== null && { note }),
      ...(params && { params }),
    });
  }
  return added !== undefined;
}

/**
 * Says why somebody paused, who has paused already; in the caller's transaction, which holds the lock of the broadcast's
 * row. False where they have not, or have said the same.
 */
export async function noteHold(
  tx: Transaction<BroadcastTables>,
  broadcastId: string,
  { reason, holder, note }: Required<Pick<Hold, 'reason' | 'holder' | 'note'>>,
): Promise<boolean> {
  if (note === null) return false;
  const noted = await tx
    .updateTable('broadcastHold')
    .set({ note })
    .where('broadcastId', '=', broadcastId)
    .where('reason', '=', reason)
    .where('holder', '=', holder)
    .where((eb) => eb('note', 'is distinct from', note))
    .executeTakeFirst();
  if (noted.numUpdatedRows === 0n) return false;
  await recordEvent(tx, broadcastId, 'held', { reason, note });
  return true;
}

/** The canary's hold was lifted, by a person or by its own receipts: the canary has done its work. */
async function passCanary(tx: Transaction<BroadcastTables>, broadcastId: string): Promise<void> {
  await tx
    .updateTable('broadcast')
    .set({ canaryPassedAt: sql<Date>`clock_now()` })
    .where('id', '=', broadcastId)
    .execute();
}
