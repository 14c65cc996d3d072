import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { Kysely, sql } from 'kysely';
import { actingAsSystem } from '../kernel/acting.js';
import { Ticker } from '../kernel/ticker.js';
import type { AccountTables } from './account.tables.js';

const EVERY_MS = 2_000;

type Listener = () => void;

/** Tells whoever watches an account that something about it has changed. One statement asks for all that are watched. */
@Injectable()
export class AccountWatches implements OnModuleDestroy {
  readonly #logger = new Logger(AccountWatches.name);
  readonly #listeners = new Map<number, Set<Listener>>();
  readonly #versions = new Map<number, string>();
  readonly #db: Kysely<AccountTables>;
  #ticker: Ticker | undefined;

  constructor(db: Kysely<AccountTables>) {
    this.#db = db;
  }

  /** Calls the listener after each change, until it is told to stop. */
  watch(accountId: number, listener: Listener): () => void {
    const listeners = this.#listeners.get(accountId) ?? new Set();
    listeners.add(listener);
    this.#listeners.set(accountId, listeners);
    // Whoever comes first starts it for all: it is not their doing.
    this.#ticker ??= actingAsSystem(() => this.#start());
    return () => {
      listeners.delete(listener);
      if (listeners.size > 0) return;
      this.#listeners.delete(accountId);
      this.#versions.delete(accountId);
    };
  }

  async onModuleDestroy(): Promise<void> {
    await this.#ticker?.stop();
  }

  #start(): Ticker {
    const ticker = new Ticker(
      () => EVERY_MS,
      () => this.#look(),
      (err) =>
        this.#logger.warn({ err }, 'accounts that are watched could not be read; asked again soon'),
    );
    ticker.start();
    return ticker;
  }

  async #look(): Promise<void> {
    const ids = [...this.#listeners.keys()];
    if (ids.length === 0) return;
    // A digest of the rows: what is in them stays in the database.
    const { rows } = await sql<{ id: number; version: string }>`
      select a.id, md5(a::text || coalesce(c::text, '')) as version
      from account a left join account_callback c on c.account_id = a.id
      where a.id = any(${ids}::integer[])`.execute(this.#db);
    for (const { id, version } of rows) {
      const before = this.#versions.get(id);
      if (this.#listeners.has(id)) this.#versions.set(id, version);
      if (before !== undefined && before !== version)
        for (const listener of this.#listeners.get(id) ?? []) listener();
    }
  }
}
