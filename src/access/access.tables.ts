import type { Generated, GeneratedAlways } from 'kysely';
import type { Role } from './role.decorator.js';

export interface ApiKeyTable {
  id: GeneratedAlways<number>;
  name: string;
  /** sha-256 of the key. */
  hash: Buffer;
  role: Role;
  createdAt: Generated<Date>;
  revokedAt: Date | null;
}

export interface SessionTable {
  /** sha-256 of the token in the cookie. */
  hash: Buffer;
  apiKeyId: number;
  createdAt: Generated<Date>;
  expiresAt: Date;
}

export interface AccessTables {
  apiKey: ApiKeyTable;
  session: SessionTable;
}
