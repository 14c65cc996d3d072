import { Injectable } from '@nestjs/common';
import { Kysely, sql } from 'kysely';
import type { PacingTables } from './pacing.tables.js';
import type { BackoffReason } from './pace-row.js';

/** An account that was told to slow down rests this long. */
const REST = sql`interval '60 seconds'`;
/** Messages a second below which a rate never falls. */
const SLOWEST = 10;

/** Makes an account's rate rise and fall. Many processes may ask at once; it moves once. */
@Injectable()
export class PaceControl {
  readonly #db: Kysely<PacingTables>;

  constructor(db: Kysely<PacingTables>) {
    this.#db = db;
  }

  /** Halves the rate, at most once a second. `cap` is what the account may send at most now. */
  async backOff(accountId: number, backoffReason: BackoffReason, cap: number): Promise<boolean> {
    const { numUpdatedRows } = await this.#db
      .updateTable('pace')
      .set({
        rate: sql<number>`greatest(${SLOWEST}, least(rate, ${cap}) / 2)`,
        rateChangedAt: sql<Date>`clock_now()`,
        fellAt: sql<Date>`clock_now()`,
        trouble: backoffReason,
      })
      .where('accountId', '=', accountId)
      .where(sql<boolean>`coalesce(fell_at < clock_now() - interval '1 second', true)`)
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  }

  /**
   * 45011: nothing more for a minute, then at half the rate. Many refusals at once halve it once, and not again
   * where it has just fallen. `usualCap` is that of an account that names none.
   */
  async rest(accountId: number, usualCap: number): Promise<void> {
    await this.#db
      .updateTable('pace')
      .set({
        pausedUntil: sql<Date>`clock_now() + ${REST}`,
        rate: sql<number>`case when fell_at >= clock_now() - interval '1 second' then rate
          else greatest(${SLOWEST}, least(rate, (
            select coalesce(a.sends_per_second, ${usualCap}) from account a where a.id = pace.account_id)) / 2) end`,
        rateChangedAt: sql<Date>`clock_now()`,
        fellAt: sql<Date>`clock_now()`,
        trouble: 'limited',
      })
      .where('accountId', '=', accountId)
      .where(sql<boolean>`coalesce(paused_until < clock_now() + interval '55 seconds', true)`)
      .execute();
  }

  /** Only if nobody changed it meanwhile: it may just have been halved. Back at the cap, the trouble is over. */
  async increase(accountId: number, from: number, to: number, cap: number): Promise<void> {
    await this.#db
      .updateTable('pace')
      .set({
        rate: to,
        rateChangedAt: sql<Date>`clock_now()`,
        ...(to >= cap ? { fellAt: null, trouble: null } : {}),
      })
      .where('accountId', '=', accountId)
      .where('rate', '=', from)
      .execute();
  }

  /** After a long silence nothing is known of how WeChat does: it starts slowly again. */
  async restart(accountId: number, from: number, rate: number): Promise<void> {
    await this.#db
      .updateTable('pace')
      .set({ rate, rateChangedAt: sql<Date>`clock_now()`, fellAt: null, trouble: null })
      .where('accountId', '=', accountId)
      .where('rate', '=', from)
      .execute();
  }

  /** One message at a time, or as many as the rate allows again. */
  async setSerial(accountId: number, singleFile: boolean): Promise<void> {
    await this.#db
      .updateTable('pace')
      .set({ singleFile })
      .where('accountId', '=', accountId)
      .where('singleFile', '!=', singleFile)
      .execute();
  }
}
