import type { ColumnType, Generated, GeneratedAlways } from 'kysely';

/** A `form` comes from a submitted form and sends once; a `prepay` comes from a payment and sends three times. */
export type FormIdKind = 'form' | 'prepay';

/** How many messages of a template somebody lets us send. */
interface TemplateGrantTable {
  accountId: number;
  openid: string;
  templateId: string;
  count: number;
  /** Acceptances up to this time were taken back, or used up. */
  voidUntil: Date | null;
  /** Sends whose grant was not known yet, up to `owedAt`. */
  owed: number;
  owedAt: Date | null;
  updatedAt: Date;
}

interface GrantAcceptanceTable {
  accountId: number;
  openid: string;
  templateId: string;
  at: Date;
  times: Generated<number>;
}

/** One use of a form_id. */
interface FormIdTable {
  id: GeneratedAlways<string>;
  accountId: number;
  openid: string;
  formId: string;
  kind: FormIdKind;
  use: number;
  collectedAt: ColumnType<Date, Date, never>;
  state: Generated<'live' | 'held' | 'spent' | 'dropped'>;
  broadcastId: string | null;
  heldAt: Date | null;
  takes: Generated<number>;
  errcode: number | null;
}

export interface MiniProgramTables {
  templateGrant: TemplateGrantTable;
  grantAcceptance: GrantAcceptanceTable;
  formId: FormIdTable;
}
