import type { Generated, GeneratedAlways, JSONColumnType } from 'kysely';
import type { Role } from '../../access/permissions.js';

export interface OperatorTable {
  id: GeneratedAlways<number>;
  /** Unique whatever its case. */
  login: string;
  name: string;
  /** Null for somebody who comes in by another way. */
  passwordHash: string | null;
  locale: Generated<string>;
  settings: JSONColumnType<Record<string, unknown>, string | undefined, string>;
  mustChangePassword: Generated<boolean>;
  disabledAt: Date | null;
  /** Sealed; null: there is no second step. */
  totpSecret: Buffer | null;
  /** Sealed, and not confirmed yet. */
  totpPending: Buffer | null;
  /** Codes of this step and those before it are used up. */
  totpUsedStep: Generated<string>;
  oidcIssuer: string | null;
  oidcSubject: string | null;
  /** Raised with each change of rights. */
  rightsVersion: Generated<number>;
  createdAt: Generated<Date>;
}

export interface RecoveryCodeTable {
  operatorId: number;
  hash: Buffer;
  usedAt: Date | null;
}

export interface RoleGrantTable {
  id: GeneratedAlways<number>;
  operatorId: number | null;
  apiKeyId: number | null;
  accountId: number | null;
  role: Role;
}

export interface OperatorsTables {
  operator: OperatorTable;
  recoveryCode: RecoveryCodeTable;
  roleGrant: RoleGrantTable;
  /** Of accounts/: which there are. */
  account: { readonly id: number; readonly appid: string };
}
