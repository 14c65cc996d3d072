import type { Generated } from 'kysely';
import type { Mood } from './moods.js';

export interface SandboxTable {
  accountId: number;
  seed: string;
  followers: number;
  mood: Mood;
  unfollowed: Generated<string[]>;
  blocking: Generated<string[]>;
}

export interface SandboxTables {
  sandbox: SandboxTable;
}
