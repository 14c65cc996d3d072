import { Injectable } from '@nestjs/common';
import { Kysely, sql, type Transaction } from 'kysely';
import { instant } from '../database/database-clock.js';
import type { ListedTemplate } from './listed-templates.js';
import type { TemplateRow, TemplateTables } from './template.tables.js';
import type { TemplateFamily } from './template.js';

/** Statements on `template`. */
@Injectable()
export class TemplateRepository {
  readonly #db: Kysely<TemplateTables>;

  constructor(db: Kysely<TemplateTables>) {
    this.#db = db;
  }

  find(accountId: number, templateId: string): Promise<TemplateRow | undefined> {
    return this.#db
      .selectFrom('template')
      .selectAll()
      .where('accountId', '=', accountId)
      .where('templateId', '=', templateId)
      .executeTakeFirst();
  }

  /** Templates of any number of accounts. */
  findAll(asked: readonly { accountId: number; templateId: string }[]): Promise<TemplateRow[]> {
    return this.#db
      .selectFrom('template')
      .selectAll()
      .where(
        sql<boolean>`(account_id, template_id) in (select * from unnest(
          ${asked.map(({ accountId }) => accountId)}::integer[],
          ${asked.map(({ templateId }) => templateId)}::text[]))`,
      )
      .execute();
  }

  /** The templates that WeChat still lists, in the order of their ids. */
  list(
    accountId: number,
    after: string | undefined,
    limit: number,
    family: TemplateFamily | undefined,
  ): Promise<TemplateRow[]> {
    return this.#db
      .selectFrom('template')
      .selectAll()
      .where('accountId', '=', accountId)
      .where('removedAt', 'is', null)
      .$if(after !== undefined, (query) => query.where('templateId', '>', after ?? ''))
      .$if(family !== undefined, (query) => query.where('family', '=', family ?? 'private'))
      .orderBy('templateId')
      .limit(limit)
      .execute();
  }

  /** That the lists were read, whatever was in them. */
  async noteSync(tx: Transaction<TemplateTables>, accountId: number): Promise<void> {
    await sql`
      insert into template_sync (account_id, synced_at) values (${accountId}, clock_now())
      on conflict (account_id) do update set synced_at = excluded.synced_at`.execute(tx);
  }

  /** When each account's templates were read last; one whose never were is left out. */
  syncsOf(accountIds: readonly number[]): Promise<{ accountId: number; syncedAt: Date }[]> {
    return this.#db
      .selectFrom('templateSync')
      .select(['accountId', 'syncedAt'])
      .where('accountId', '=', sql<number>`any(${accountIds}::integer[])`)
      .execute();
  }

  /** Waits for another sync of the account, until the end of the transaction. */
  async lockAccount(tx: Transaction<TemplateTables>, accountId: number): Promise<void> {
    await sql`select pg_advisory_xact_lock(hashtext('weicast.template_sync'), ${accountId})`.execute(
      tx,
    );
  }

  /** All templates of a family, also those that WeChat no longer lists. */
  allOf(
    tx: Transaction<TemplateTables>,
    accountId: number,
    family: TemplateFamily,
  ): Promise<TemplateRow[]> {
    return tx
      .selectFrom('template')
      .selectAll()
      .where('accountId', '=', accountId)
      .where('family', '=', family)
      .execute();
  }

  async write(
    tx: Transaction<TemplateTables>,
    accountId: number,
    family: TemplateFamily,
    templates: readonly ListedTemplate[],
  ): Promise<void> {
    if (templates.length === 0) return;
    const now = await instant(tx);
    await tx
      .insertInto('template')
      .values(
        templates.map((template) => ({
          ...template,
          enums: JSON.stringify(template.enums),
          accountId,
          family,
          changedAt: now,
          firstReadAt: now,
          removedAt: null,
        })),
      )
      .onConflict((conflict) =>
        conflict.columns(['accountId', 'templateId']).doUpdateSet((eb) => ({
          family: eb.ref('excluded.family'),
          grantKind: eb.ref('excluded.grantKind'),
          enums: eb.ref('excluded.enums'),
          title: eb.ref('excluded.title'),
          content: eb.ref('excluded.content'),
          example: eb.ref('excluded.example'),
          primaryIndustry: eb.ref('excluded.primaryIndustry'),
          deputyIndustry: eb.ref('excluded.deputyIndustry'),
          changedAt: eb.ref('excluded.changedAt'),
          removedAt: null,
        })),
      )
      .execute();
  }

  async markRemoved(
    tx: Transaction<TemplateTables>,
    accountId: number,
    templateIds: readonly string[],
  ): Promise<void> {
    if (templateIds.length === 0) return;
    await tx
      .updateTable('template')
      .set({ removedAt: sql<Date>`clock_now()` })
      .where('accountId', '=', accountId)
      .where('templateId', 'in', templateIds)
      .execute();
  }
}
