import { Injectable } from '@nestjs/common';
import { Kysely, sql } from 'kysely';
import type { PacingTables } from './pacing.tables.js';
import type { BackoffReason } from './pace-row.js';

/** An account that was told to slow down rests this long. */
const REST = sql`interval '60 seconds'`;
/** No rate is lower than this, in messages a second. */
const SLOWEST = 10;

/** Raises and lowers an account's rate. When many processes ask at once, it changes once. */
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
   * 45011: the account sends nothing for a minute, then at half the rate. Many refusals at once halve it once, and not
   * again where it was halved a second ago. `usualCap` is the cap of an account that names none.
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

  /** Does nothing if the rate is no longer `from`: it may just have been halved. At the cap, the reason is forgotten. */
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

  /** After a long silence we do not know how WeChat does: the account starts slowly again. */
  async restart(accountId: number, from: number, rate: number): Promise<void> {
    await this.#db
      .updateTable('pace')
      .set({ rate, rateChangedAt: sql<Date>`clock_now()`, fellAt: null, trouble: null })
      .where('accountId', '=', accountId)
      .where('rate', '=', from)
      .execute();
  }

  /** One message at a time, or as many as the rate allows again. */
  async setSerial(accountId: number, serial: boolean): Promise<void> {
    await this.#db
      .updateTable('pace')
      .set({ singleFile: serial })
      .where('accountId', '=', accountId)
      .where('singleFile', '!=', serial)
      .execute();
  }
}
