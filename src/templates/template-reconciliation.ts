import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import { Kysely } from 'kysely';
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

  /** One transaction for a family of templates. Two syncs of one account run one after the other. */
  async reconcile(
    accountId: number,
    family: TemplateFamily,
    listed: readonly ListedTemplate[],
  ): Promise<TemplateDiff> {
    return this.#db.transaction().execute(async (tx) => {
      await this.#templates.lockAccount(tx, accountId);
      const stored = await this.#templates.allOf(tx, accountId, family);
      const { added, changed, removed } = differenceOf(stored, listed);
      await this.#templates.write(tx, accountId, family, [...added, ...changed]);
      await this.#templates.markRemoved(tx, accountId, removed);
      return { added: added.map(idOf), changed: changed.map(idOf), removed };
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
