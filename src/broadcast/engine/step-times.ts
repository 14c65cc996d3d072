import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HotSql } from '../../database/hot-sql.js';
import { Metrics } from '../../metrics/metrics.js';

/** The statements that take many messages at once, and the steps that they are. */
const BATCHES = {
  claim: 'claim',
  accept: 'settle',
  settle: 'settle',
  deliver: 'receive',
  receive: 'receive',
} as const;

/** Measures the steps of a broadcast by their statements: once for a batch, never for a message. */
@Injectable()
export class StepTimes implements OnModuleInit {
  readonly #sql: HotSql;
  readonly #metrics: Metrics;

  constructor(sql: HotSql, metrics: Metrics) {
    this.#sql = sql;
    this.#metrics = metrics;
  }

  onModuleInit(): void {
    const { claimSeconds, settleSeconds, releaseSeconds, receiveSeconds } = this.#metrics;
    const seconds = new Map([
      ['claim', claimSeconds],
      ['accept', settleSeconds],
      ['settle', settleSeconds],
      ['deliver', receiveSeconds],
      ['receive', receiveSeconds],
      ['release-due', releaseSeconds],
      ['release-next', releaseSeconds],
    ]);
    const messages = new Map<string, { observe(value: number): void }>(
      Object.entries(BATCHES).map(([name, step]) => [
        name,
        this.#metrics.batchMessages.labels(step),
      ]),
    );
    this.#sql.listen((name, [first], took) => {
      seconds.get(name)?.observe(took);
      if (Array.isArray(first)) messages.get(name)?.observe(first.length);
    });
  }
}
