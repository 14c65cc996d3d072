import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Ticker } from '../../kernel/ticker.js';
import { TurnAges } from '../../metrics/turn-ages.js';
import { DeliveryPartitions } from './storage/delivery-partitions.js';
import { ReleaseService } from './release/release.service.js';
import { PeriodicTasks } from './periodic/periodic-tasks.js';
import { SweepService } from './sweep/sweep.service.js';

const BUSY_MS = 50;
const IDLE_MS = 250;
const SWEEP_MS = 1_000;

/**
 * Drives release, sweep and the periodic tasks by plain timers in every worker; row locks in Postgres decide which
 * worker does what. The timers are not in Redis, because whoever empties it would stop them.
 */
@Injectable()
export class Heartbeat implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #logger = new Logger(Heartbeat.name);
  readonly #tickers: readonly Ticker[];
  #busy = false;
  readonly #partitions: DeliveryPartitions;
  readonly #ages: TurnAges;

  constructor(
    release: ReleaseService,
    sweep: SweepService,
    tasks: PeriodicTasks,
    partitions: DeliveryPartitions,
    ages: TurnAges,
  ) {
    this.#partitions = partitions;
    this.#ages = ages;
    const warn = (err: unknown) =>
      this.#logger.warn(
        { err },
        'a beat of release, sweep or the periodic tasks failed; the next one follows',
      );
    this.#tickers = [
      new Ticker(
        () => (this.#busy ? BUSY_MS : IDLE_MS),
        async () => {
          this.#busy = await release.tick();
          ages.turned('release');
        },
        warn,
      ),
      new Ticker(
        () => SWEEP_MS,
        async () => {
          await sweep.tick();
          ages.turned('sweep');
        },
        warn,
      ),
      // The periodic tasks have a timer of their own, because the sweep waits for a queue that is away.
      new Ticker(
        () => SWEEP_MS,
        () => tasks.run(),
        warn,
      ),
    ];
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.#partitions.ensure();
    this.#ages.turned('release');
    this.#ages.turned('sweep');
    for (const ticker of this.#tickers) ticker.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.#tickers.map((ticker) => ticker.stop()));
  }
}
