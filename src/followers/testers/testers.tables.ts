import type { Generated } from 'kysely';

export interface TesterTable {
  accountId: number;
  openid: string;
  name: string;
  likeOpenid: string | null;
  createdAt: Generated<Date>;
}

export interface RecentPushTable {
  accountId: number;
  openid: string;
  at: Date;
  what: 'message' | 'scan' | 'follow' | 'menu';
  invited: Generated<boolean>;
}

export interface TesterTables {
  tester: TesterTable;
  recentPush: RecentPushTable;
}
