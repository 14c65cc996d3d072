import { Injectable } from '@nestjs/common';
import { Kysely, sql } from 'kysely';
import { Clock } from '../../../kernel/clock.js';
import type { BroadcastTables } from '../../engine/record/engine.tables.js';
import { missingRoles } from '../../engine/record/live-processes.js';
import { BroadcastReports } from '../broadcast-reports.js';
import { gatesOf, sentenceOf } from './gates.js';
import type { WhyView } from './why.dto.js';

/** Says why a broadcast does not send: every gate in order, what was found there, when it lifts, what mends it. */
@Injectable()
export class Why {
  readonly #db: Kysely<BroadcastTables>;
  readonly #reports: BroadcastReports;
  readonly #clock: Clock;

  constructor(db: Kysely<BroadcastTables>, reports: BroadcastReports, clock: Clock) {
    this.#db = db;
    this.#reports = reports;
    this.#clock = clock;
  }

  async of(broadcastId: string): Promise<WhyView> {
    const report = await this.#reports.requireReport(broadcastId);
    const [missing, restsUntil] = await Promise.all([
      missingRoles(this.#db),
      this.#restOf(report.broadcast.accountId),
    ]);
    const asOf = this.#clock.now();
    const gates = gatesOf({ report, now: asOf, missing, restsUntil });
    return { sentence: sentenceOf(gates), sends: gates.every(({ ok }) => ok), gates, asOf };
  }

  async #restOf(accountId: number): Promise<Date | null> {
    const { rows } = await sql<{ until: Date }>`
      select paused_until as until from pace
      where account_id = ${accountId} and paused_until > clock_now()`.execute(this.#db);
    return rows[0]?.until ?? null;
  }
}
