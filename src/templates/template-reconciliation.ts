import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import { Kysely } from 'kysely';
import type { Account } from '../accounts/account.js';
import { inTransaction } from '../audit/record/in-transaction.js';
import type { ListedTemplate } from './listed-templates.js';
import { TemplateRepository } from './template.repository.js';
import type { TemplateRow, TemplateTables } from './template.tables.js';
import type { TemplateFamily } from './template.js';

/** Template ids, by what a sync found. One that came back counts as added. */
export interface TemplateDiff {
  readonly added: string[];
  readonly changed: string[];
  readonly removed: string[];
}

/** Makes the stored templates of an account what WeChat has listed, and says what that changes. */
@Injectable()
export class TemplateReconciliation {
  readonly #db: Kysely<TemplateTables>;
  readonly #templates: TemplateRepository;

  constructor(db: Kysely<TemplateTables>, templates: TemplateRepository) {
    this.#db = db;
    this.#templates = templates;
  }

  /** One transaction for all lists that were read. Two syncs of one account run one after the other. */
  reconcile(
    { id }: Account,
    lists: readonly { family: TemplateFamily; listed: readonly ListedTemplate[] }[],
  ): Promise<TemplateDiff> {
    return inTransaction(this.#db, async (tx, audit) => {
      await this.#templates.lockAccount(tx, id);
      const diff: TemplateDiff = { added: [], changed: [], removed: [] };
      for (const { family, listed } of lists) {
        const stored = await this.#templates.allOf(tx, id, family);
        const { added, changed, removed } = differenceOf(stored, listed);
        await this.#templates.write(tx, id, family, [...added, ...changed]);
        await this.#templates.markRemoved(tx, id, removed);
        diff.added.push(...added.map(idOf));
        diff.changed.push(...changed.map(idOf));
        diff.removed.push(...removed);
      }
      await this.#templates.noteSync(tx, id);
      if (Object.values(diff).some((ids: string[]) => ids.length > 0))
        audit({
          action: 'template.sync',
          target: { kind: 'template' },
          accountId: id,
          after: { ...diff },
        });
      else audit.nothing();
      return diff;
    });
  }
}

function differenceOf(stored: readonly TemplateRow[], listed: readonly ListedTemplate[]) {
  const live = new Map(
    stored
      .filter(({ removedAt }) => removedAt === null)
      .map((template) => [template.templateId, template]),
  );
  const kept = new Set(listed.map(idOf));
  return {
    added: listed.filter(({ templateId }) => !live.has(templateId)),
    changed: listed.filter((template) => {
      const before = live.get(template.templateId);
      return before !== undefined && differs(before, template);
    }),
    removed: [...live.keys()].filter((templateId) => !kept.has(templateId)),
  };
}

const idOf = ({ templateId }: ListedTemplate): string => templateId;

const differs = (before: ListedTemplate, after: ListedTemplate): boolean =>
  before.grantKind !== after.grantKind ||
  !isDeepStrictEqual(before.enums, after.enums) ||
  before.title !== after.title ||
  before.content !== after.content ||
  before.example !== after.example ||
  before.primaryIndustry !== after.primaryIndustry ||
  before.deputyIndustry !== after.deputyIndustry;
