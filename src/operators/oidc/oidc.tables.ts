import type { ColumnType, Generated } from 'kysely';
import type { OperatorsTables } from '../record/operators.tables.js';

/** A login that was begun and has not come back. */
export interface OidcLoginTable {
  /** sha-256 of the secret in the browser's cookie. */
  hash: Buffer;
  /** Where to go afterwards: a path of this installation. */
  next: string;
  expiresAt: ColumnType<Date, never, never>;
}

/** How it went with a provider lately. */
export interface OidcStateTable {
  issuer: string;
  succeededAt: Date | null;
  failedAt: Date | null;
  /** The code of the last failure. */
  failure: string | null;
  detail: string | null;
}

export interface OidcTables extends OperatorsTables {
  oidcLogin: OidcLoginTable;
  oidcState: OidcStateTable;
  session: { readonly id: Generated<string>; idToken: Buffer | null };
}
