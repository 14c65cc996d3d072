import { Injectable } from '@nestjs/common';
import { Kysely } from 'kysely';
import { belowId } from '../http/id-cursor.js';
import type { Page } from '../http/cursor.js';
import type { AuditFilter } from './audit-filter.js';
import { auditPage, byIndexAlone, type Readable } from './audit-list.statement.js';
import type { AuditEntryTable, Shown } from './record/audit.tables.js';
import { inTransaction } from './record/in-transaction.js';

/** An entry as it is kept. */
export interface AuditEntry extends Omit<AuditEntryTable, 'before' | 'after' | 'accountId'> {
  readonly before: Shown | null;
  readonly after: Shown | null;
}

interface Found extends AuditEntry {
  readonly horizon: string | null;
}

/** Entries read by one step of an export. */
const STEP = 1_000;

/** Who changed what, the newest first. */
@Injectable()
export class AuditReader {
  readonly #db: Kysely<unknown>;

  constructor(db: Kysely<unknown>) {
    this.#db = db;
  }

  /** A page may be short or empty where the filter finds little: `next` goes on where reading stopped. */
  async page(
    filter: AuditFilter,
    readable: Readable,
    after: string | undefined,
    limit: number,
  ): Promise<Page<AuditEntry>> {
    if (readable.length === 0) return { items: [], next: null };
    const below = belowId(after);
    const { rows } = await inTransaction(this.#db, async (tx) => {
      await byIndexAlone(tx);
      return auditPage<Found>({ filter, readable, below, limit }).execute(tx);
    });
    const found = rows.filter(({ id }) => id !== null);
    const items = found.slice(0, limit);
    const last = items.at(-1);
    if (found.length > limit && last !== undefined) return { items, next: last.id };
    return { items, next: rows[0]?.horizon ?? null };
  }

  /** All of them, page by page as they are taken: nothing is held while the taker is slow. */
  all(
    filter: AuditFilter,
    readable: Readable,
    after: string | undefined,
  ): AsyncGenerator<AuditEntry> {
    belowId(after); // refused before anything is answered
    return this.#all(filter, readable, after);
  }

  async *#all(
    filter: AuditFilter,
    readable: Readable,
    after: string | undefined,
  ): AsyncGenerator<AuditEntry> {
    for (let next = after; ;) {
      const page = await this.page(filter, readable, next, STEP);
      yield* page.items;
      if (page.next === null) return;
      next = page.next;
    }
  }
}
