import type { Generated } from 'kysely';

export interface TesterTable {
  accountId: number;
  openid: string;
  name: string;
  likeOpenid: string | null;
  createdAt: Generated<Date>;
}

export interface TesterInviteTable {
  accountId: number;
  scene: string;
  name: string | null;
  expiresAt: Date;
  takenBy: string | null;
}

export interface RecentPushTable {
  accountId: number;
  openid: string;
  at: Date;
  what: 'message' | 'scan' | 'follow' | 'menu';
}

export interface TesterTables {
  tester: TesterTable;
  testerInvite: TesterInviteTable;
  recentPush: RecentPushTable;
}
