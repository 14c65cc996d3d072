import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Kysely } from 'kysely';
import { hasOpenWork } from '../broadcast/engine/release/open-work.js';
import { silence } from '../database/session/silence.js';
import { Ticker } from '../kernel/ticker.js';
import { TurnAges, type TurnName } from '../metrics/turn-ages.js';
import { StoreChecks } from './store-checks.js';
import { withTimeout } from '../kernel/with-timeout.js';

const CHECK_EVERY_MS = 1_000;
const PATIENCE_MS = 2_000;
/** A turn comes at least each second; a silent connection is given up within half of this. */
const STILL_AFTER_MS = 30_000;
const UNHEARD_MS = 3_000;

/**
 * Notices when a loop of this worker has not turned for half a minute although there is work, and logs it once, with
 * what it waits for. Work that is held does not count.
 */
@Injectable()
export class Standstill implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #logger = new Logger(Standstill.name);
  readonly #ticker = new Ticker(
    () => CHECK_EVERY_MS,
    () => this.check(),
    (err) => this.#logger.warn({ err }, 'whether this worker stands still is not known'),
  );
  /** What the database told last; that holds while the database is silent. */
  #hasWork = false;
  /** One reading at a time: else questions to a database that is silent would pile up. */
  #reading: Promise<boolean> | undefined;
  #still: ReadonlySet<TurnName> = new Set();
  #toldAt: number | undefined;
  readonly #db: Kysely<unknown>;
  readonly #ages: TurnAges;
  readonly #stores: StoreChecks;

  constructor(db: Kysely<unknown>, ages: TurnAges, stores: StoreChecks) {
    this.#db = db;
    this.#ages = ages;
    this.#stores = stores;
  }

  onApplicationBootstrap(): void {
    this.#ticker.startLater();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.#ticker.stop();
  }

  /** One for each loop of this process. */
  get checks(): Readonly<Record<string, 'ok' | 'stands_still'>> {
    return Object.fromEntries(
      this.#ages.all.map(({ name }) => [name, this.#still.has(name) ? 'stands_still' : 'ok']),
    );
  }

  async check(): Promise<void> {
    if (this.#ages.all.length === 0) return;
    await this.#readWork();
    const late = this.#ages.all.filter(({ ageMs }) => ageMs > STILL_AFTER_MS);
    this.#still = new Set(this.#hasWork ? late.map(({ name }) => name) : []);
    if (late.length === 0) this.#tellWell();
    else if (this.#still.size > 0 && this.#toldAt === undefined) await this.#tellStill();
  }

  async #readWork(): Promise<void> {
    try {
      this.#reading ??= hasOpenWork(this.#db).finally(() => (this.#reading = undefined));
      this.#hasWork = await withTimeout(PATIENCE_MS, this.#reading);
    } catch {
      // What the database told last holds.
    }
  }

  async #tellStill(): Promise<void> {
    this.#toldAt = performance.now();
    const [database, queue] = await Promise.all([this.#stores.database(), this.#stores.queue()]);
    const turns = this.#ages.all.filter(({ name }) => this.#still.has(name));
    const since = turns.map(({ name, ageMs }) => `no ${name} turn for ${seconds(ageMs)} s`);
    this.#logger.error(
      {
        secondsSinceTurn: Object.fromEntries(
          turns.map(({ name, ageMs }) => [name, seconds(ageMs)]),
        ),
        database,
        queue,
        oldestUnansweredSeconds: seconds(silence.oldestMs),
        databaseUnheardSeconds: seconds(silence.unheardMs),
      },
      `this worker stands still although there is work: ${since.join(', ')}; ${why(database, queue)}`,
    );
  }

  #tellWell(): void {
    if (this.#toldAt === undefined) return;
    const after = seconds(performance.now() - this.#toldAt);
    this.#toldAt = undefined;
    this.#logger.warn(`this worker turns again, ${after} s after it was said to stand still`);
  }
}

function why(database: string, queue: string): string {
  const reasons = [
    ...(silence.unheardMs > UNHEARD_MS
      ? [`PostgreSQL has said nothing for ${seconds(silence.unheardMs)} s`]
      : []),
    ...(database === 'ok' ? [] : [`the database is ${database}`]),
    ...(queue === 'ok' ? [] : [`the queue is ${queue}`]),
  ];
  return reasons.length > 0
    ? reasons.join(', ')
    : 'PostgreSQL and the queue answer, so it waits for something else: restart this process, and report it';
}

const seconds = (ms: number): number => Math.round(ms / 1_000);
