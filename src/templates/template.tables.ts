import type { JSONColumnType, Selectable } from 'kysely';
import type { GrantKind, TemplateFamily } from './template.js';

interface TemplateTable {
  accountId: number;
  templateId: string;
  family: TemplateFamily;
  grantKind: GrantKind | null;
  enums: JSONColumnType<Readonly<Record<string, readonly string[]>>>;
  title: string;
  content: string;
  example: string;
  primaryIndustry: string;
  deputyIndustry: string;
  changedAt: Date;
  /** Null where that was before it was noted. */
  firstReadAt: Date | null;
  removedAt: Date | null;
}

interface TemplateSyncTable {
  accountId: number;
  syncedAt: Date;
}

export interface TemplateTables {
  template: TemplateTable;
  templateSync: TemplateSyncTable;
}

export type TemplateRow = Selectable<TemplateTable>;
