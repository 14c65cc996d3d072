import type { Generated, GeneratedAlways, JSONColumnType } from 'kysely';
import type { Role } from './permissions.js';
import type { SessionEnd } from './session-end.js';

export interface OperatorTable {
  id: GeneratedAlways<number>;
  /** Unique whatever its case. */
  login: string;
  name: string;
  /** Null for somebody who comes in by another way than a password. */
  passwordHash: string | null;
  locale: Generated<string>;
  settings: JSONColumnType<Record<string, unknown>, string | undefined, string>;
  mustChangePassword: Generated<boolean>;
  disabledAt: Date | null;
  /** Sealed. */
  totpSecret: Buffer | null;
  oidcIssuer: string | null;
  oidcSubject: string | null;
  /** Raised with each change of rights, which ends what was opened before. */
  rightsVersion: Generated<number>;
  createdAt: Generated<Date>;
}

/** Of an operator or of a key; without an account, on all of them. */
export interface RoleGrantTable {
  id: GeneratedAlways<number>;
  operatorId: number | null;
  apiKeyId: number | null;
  accountId: number | null;
  role: Role;
}

export interface ApiKeyTable {
  id: GeneratedAlways<number>;
  name: string;
  /** sha-256 of the key. */
  hash: Buffer;
  /** Of the first key and those of former releases; what a key may do stands in its grants. */
  role: Role | null;
  /** Its first characters, by which people know it again. */
  prefix: string | null;
  /** Who made it, as told at that time. */
  madeBy: JSONColumnType<
    { kind: string; id?: number; name: string } | null,
    string | null,
    string | null
  >;
  createdAt: Generated<Date>;
  expiresAt: Date | null;
  lastUsedAt: Date | null;
  /** After a rotation: the key from before, which is good until then. */
  formerHash: Buffer | null;
  formerUntil: Date | null;
  revokedAt: Date | null;
}

/** Of an operator or of a key. */
export interface SessionTable {
  /** sha-256 of the token in the cookie. */
  hash: Buffer;
  /** By which it is listed and ended. */
  id: Generated<string>;
  apiKeyId: number | null;
  operatorId: number | null;
  createdAt: Generated<Date>;
  lastSeenAt: Generated<Date>;
  /** When it ends if nothing comes by it. */
  expiresAt: Date;
  /** When it ends whatever comes by it. */
  endsAt: Generated<Date>;
  ip: string | null;
  userAgent: string | null;
  /** Why it was ended before its time; such a session is kept for a while, to say so. */
  endedWhy: SessionEnd | null;
  /** Of the operator, when the token was made: another one asks for another token. */
  rightsVersion: Generated<number>;
  /** The token from before, which is good until then for requests under way. */
  formerHash: Buffer | null;
  formerUntil: Date | null;
}

export interface AccessTables {
  operator: OperatorTable;
  roleGrant: RoleGrantTable;
  apiKey: ApiKeyTable;
  session: SessionTable;
}
