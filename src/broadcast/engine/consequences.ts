import { Injectable, Logger } from '@nestjs/common';
import { Kysely, sql } from 'kysely';
import { Clock } from '../../kernel/clock.js';
import type { BroadcastTables } from './engine.tables.js';
import { Holds } from './holds.js';
import type { Consequence } from './outcome.js';
import { nextQuotaReset } from './quota-day.js';

/** The same consequence of the same broadcast is drawn once in this time, however many sends ask. */
const QUIET_MS = 1_000;
/** An account that was told to slow down rests this long, and goes on at half its rate. */
const REST = sql`interval '60 seconds'`;
const SLOWEST = 10;

/** Draws what a refusal means beyond its own row: a hold, a rest of the account. */
@Injectable()
export class Consequences {
  readonly #logger = new Logger(Consequences.name);
  readonly #drawn = new Map<string, { until: number; done: Promise<void> }>();

  constructor(
    private readonly db: Kysely<BroadcastTables>,
    private readonly holds: Holds,
    private readonly clock: Clock,
  ) {}

  /**
   * Resolves once it is on record. Never fails: while the database is away the row's own outcome must
   * not be lost with it, and the next refusal asks again.
   */
  async draw(accountId: number, broadcastId: string, consequence: Consequence): Promise<void> {
    const key = `${consequence.kind}-${consequence.kind === 'hold' ? broadcastId : accountId}`;
    this.#forget();
    const drawn = this.#drawn.get(key);
    if (drawn) return drawn.done;
    const done = this.#draw(accountId, broadcastId, consequence).catch((err: unknown) => {
      this.#drawn.delete(key);
      this.#logger.warn(
        { broadcastId, kind: consequence.kind, err },
        'a consequence was not drawn',
      );
    });
    this.#drawn.set(key, { until: performance.now() + QUIET_MS, done });
    return done;
  }

  #forget(): void {
    for (const [key, { until }] of this.#drawn)
      if (until <= performance.now()) this.#drawn.delete(key);
  }

  async #draw(accountId: number, broadcastId: string, consequence: Consequence): Promise<void> {
    switch (consequence.kind) {
      case 'slow-down':
        return this.#rest(accountId);
      case 'quota-spent': {
        const { errcode, rid, detail } = consequence;
        const until = nextQuotaReset(this.clock.now());
        return this.holds.holdAccount(accountId, { reason: 'quota', until, errcode, rid, detail });
      }
      case 'hold': {
        const { errcode, rid, detail, ourBug } = consequence;
        const isNew = await this.holds.hold(broadcastId, {
          reason: 'problem',
          errcode,
          rid,
          detail,
        });
        if (isNew && ourBug)
          this.#logger.error(
            { broadcastId, errcode, rid, detail },
            'WeChat could not read what we sent',
          );
        else if (isNew) this.#logger.warn({ broadcastId, errcode, rid, detail }, 'broadcast held');
        return;
      }
    }
  }

  /** 45011: nothing more for a minute, then at half the rate. Many refusals at once halve it once. */
  async #rest(accountId: number): Promise<void> {
    await this.db
      .updateTable('pace')
      .set({
        pausedUntil: sql<Date>`clock_now() + ${REST}`,
        rate: sql<number>`greatest(${SLOWEST}, rate / 2)`,
        rateChangedAt: sql<Date>`clock_now()`,
      })
      .where('accountId', '=', accountId)
      .where((eb) =>
        eb.or([
          eb('pausedUntil', 'is', null),
          eb('pausedUntil', '<', sql<Date>`clock_now() + interval '55 seconds'`),
        ]),
      )
      .execute();
  }
}
