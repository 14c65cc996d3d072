import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { Kysely, sql } from 'kysely';
import { actingAsSystem } from '../kernel/acting.js';
import { Ticker } from '../kernel/ticker.js';
import type { AccountFault } from './account.js';
import type { AccountTables } from './account.tables.js';
import { FAULT_IN_WORDS } from './spoken-fault.js';

const EVERY_MS = 2_000;

/** What watchers are told: the name of the event, and what is in it beside the appid. */
export interface AccountNews {
  readonly event: string;
  readonly data: object;
}

/** What a module above accounts knows of them, and tells when it becomes another. */
export interface NewsSource {
  readonly event: string;
  /** By account id, something that is another once the data are. One statement for all of them. */
  versionsOf(accountIds: readonly number[]): Promise<ReadonlyMap<number, string>>;
  /** Undefined where the account is gone. */
  read(accountId: number): Promise<object | undefined>;
}

type Listener = (news: AccountNews) => void;

/** Tells whoever watches an account what has become another about it. One statement a source asks for all of them. */
@Injectable()
export class AccountWatches implements OnModuleDestroy {
  readonly #logger = new Logger(AccountWatches.name);
  readonly #listeners = new Map<number, Set<Listener>>();
  readonly #versions = new Map<string, string>();
  readonly #sources: NewsSource[] = [];
  #ticker: Ticker | undefined;

  constructor(db: Kysely<AccountTables>) {
    this.#sources.push(new AccountRows(db));
  }

  /** Modules above accounts do so once, at start. */
  learnFrom(source: NewsSource): void {
    this.#sources.push(source);
  }

  /** Calls the listener after each change, until it is told to stop. */
  watch(accountId: number, listener: Listener): () => void {
    const listeners = this.#listeners.get(accountId) ?? new Set();
    listeners.add(listener);
    this.#listeners.set(accountId, listeners);
    // Whoever comes first starts it for all: it is not their doing.
    actingAsSystem(() => {
      this.#ticker ??= this.#start();
      // What is now is what later changes are changes of.
      this.#ticker.wake();
    });
    return () => {
      listeners.delete(listener);
      if (listeners.size > 0) return;
      this.#listeners.delete(accountId);
      for (const { event } of this.#sources) this.#versions.delete(`${event} ${accountId}`);
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
    for (const source of this.#sources)
      for (const [id, version] of await source.versionsOf(ids))
        await this.#tell(source, id, version);
  }

  async #tell(source: NewsSource, id: number, version: string): Promise<void> {
    const key = `${source.event} ${id}`;
    const before = this.#versions.get(key);
    if (!this.#listeners.has(id) || before === version) return;
    const data = before === undefined ? undefined : await source.read(id);
    this.#versions.set(key, version);
    if (data === undefined) return;
    for (const listener of this.#listeners.get(id) ?? []) listener({ event: source.event, data });
  }
}

/** What the account's own rows say. */
class AccountRows implements NewsSource {
  readonly event = 'account';
  readonly #db: Kysely<AccountTables>;

  constructor(db: Kysely<AccountTables>) {
    this.#db = db;
  }

  async versionsOf(ids: readonly number[]): Promise<Map<number, string>> {
    // A digest of the rows: what is in them stays in the database.
    const { rows } = await sql<{ id: number; version: string }>`
      select a.id, md5(a::text || coalesce(c::text, '')) as version
      from account a left join account_callback c on c.account_id = a.id
      where a.id = any(${ids}::integer[])`.execute(this.#db);
    return new Map(rows.map(({ id, version }) => [id, version]));
  }

  async read(id: number): Promise<{ held: boolean; fault: AccountFault | null } | undefined> {
    const { rows } = await sql<{ held: boolean; fault: AccountFault | null }>`
      select held_at is not null as held, ${FAULT_IN_WORDS} as fault
      from account where id = ${id}`.execute(this.#db);
    return rows[0];
  }
}
