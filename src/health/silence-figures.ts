import { Injectable, type OnModuleInit } from '@nestjs/common';
import { silence } from '../database/session/silence.js';
import { Metrics } from '../metrics/metrics.js';
import { TurnAges } from '../metrics/turn-ages.js';

/** Figures that tell a process that waits from one that has nothing to do, set at each scrape. No store is asked. */
@Injectable()
export class SilenceFigures implements OnModuleInit {
  readonly #metrics: Metrics;
  readonly #ages: TurnAges;

  constructor(metrics: Metrics, ages: TurnAges) {
    this.#metrics = metrics;
    this.#ages = ages;
  }

  onModuleInit(): void {
    this.#metrics.beforeScrape(async () => {
      this.#metrics.databaseUnansweredSeconds.set(silence.oldestMs / 1_000);
      this.#metrics.databaseUnheardSeconds.set(silence.unheardMs / 1_000);
      for (const { name, ageMs } of this.#ages.all)
        this.#metrics.turnAgeSeconds.set({ turn: name }, ageMs / 1_000);
    });
  }
}
