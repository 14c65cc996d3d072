import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnModuleInit,
} from '@nestjs/common';
import { Kysely } from 'kysely';
import {
  missingRoles,
  type ProcessRole,
  tellRoles,
} from '../broadcast/engine/record/live-processes.js';
import { RolesConfig } from '../config/config.js';
import { Ticker } from '../kernel/ticker.js';

const EVERY_MS = 4_000;

/** Tells the others which roles this process has, and learns which nobody has. */
@Injectable()
export class RoleBeat implements OnModuleInit, BeforeApplicationShutdown {
  readonly #logger = new Logger(RoleBeat.name);
  readonly #own: readonly ProcessRole[];
  #missing: readonly ProcessRole[] = [];
  /** One reading at a time, however often readiness is asked for while the database is silent. */
  #reading: Promise<void> | undefined;
  readonly #beats = new Ticker(
    () => EVERY_MS,
    () => this.#beat(),
    // Only `debug`: others that need the database log that it is away.
    (err) => this.#logger.debug({ err }, 'the roles of this process are not written down yet'),
  );
  readonly #db: Kysely<unknown>;

  constructor(db: Kysely<unknown>, roles: RolesConfig) {
    this.#db = db;
    this.#own = (['api', 'callback', 'worker'] as const).filter((role) => roles[role]);
  }

  onModuleInit(): void {
    this.#beats.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.#beats.stop();
  }

  /** As of the last reading. */
  get missing(): readonly ProcessRole[] {
    return this.#missing;
  }

  readMissing(): Promise<void> {
    return (this.#reading ??= this.#read().finally(() => (this.#reading = undefined)));
  }

  async #read(): Promise<void> {
    const missing = await missingRoles(this.#db);
    this.#missing = missing.filter((role) => !this.#own.includes(role));
  }

  async #beat(): Promise<void> {
    await tellRoles(this.#db, this.#own);
    await this.readMissing();
  }
}
