import { Injectable } from '@nestjs/common';
import { Kysely } from 'kysely';
import type { Tables } from './tables.js';

/** What one broadcast says to everybody. */
export interface Content {
  readonly templateId: string;
  readonly fields: Readonly<Record<string, string>>;
}

@Injectable()
export class Broadcasts {
  readonly #db: Kysely<Tables>;
  /** A broadcast does not change, so a job asks the database for it once in a process. */
  readonly #contents = new Map<string, Promise<Content>>();

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  async create({ templateId, fields }: Content): Promise<string> {
    const { id } = await this.#db
      .insertInto('broadcast')
      .values({ template_id: templateId, fields: JSON.stringify(fields) })
      .returning('id')
      .executeTakeFirstOrThrow();
    return id;
  }

  content(id: string): Promise<Content> {
    const known = this.#contents.get(id);
    if (known) return known;
    const asked = this.#db
      .selectFrom('broadcast')
      .select(['template_id as templateId', 'fields'])
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    this.#contents.set(id, asked);
    asked.catch(() => this.#contents.delete(id));
    return asked;
  }

  async enqueued(id: string): Promise<void> {
    await this.#db
      .updateTable('broadcast')
      .set({ enqueued_at: new Date() })
      .where('id', '=', id)
      .execute();
  }

  async isEnqueued(id: string): Promise<boolean> {
    const { enqueuedAt } = await this.#db
      .selectFrom('broadcast')
      .select('enqueued_at as enqueuedAt')
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    return enqueuedAt !== null;
  }
}
