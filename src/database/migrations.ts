import * as clock from './migrations/0001-clock.js';
import * as access from './migrations/0002-access.js';
import * as accounts from './migrations/0003-accounts.js';
import * as tokens from './migrations/0004-tokens.js';
import * as templates from './migrations/0005-templates.js';
import * as followers from './migrations/0006-followers.js';
import * as broadcasts from './migrations/0007-broadcasts.js';
import * as receipts from './migrations/0008-receipts.js';
import * as inbox from './migrations/0009-inbox.js';
import * as pacing from './migrations/0010-pacing.js';
import * as schedules from './migrations/0011-schedules.js';
import * as suppressions from './migrations/0012-suppressions.js';
import * as brakes from './migrations/0013-brakes.js';
import * as miniProgram from './migrations/0014-mini-program.js';
import * as templateFamilies from './migrations/0015-template-families.js';
import * as singleMessages from './migrations/0016-single-messages.js';
import * as reviewing from './migrations/0017-reviewing.js';
import * as reviews from './migrations/0018-reviews.js';
import * as accountStops from './migrations/0022-account-stops.js';
import * as quotaByPath from './migrations/0023-quota-by-path.js';
import * as turnsComeDue from './migrations/0024-turns-come-due.js';
import * as oldKeys from './migrations/0025-old-keys.js';
import * as keysOfABroadcast from './migrations/0027-keys-of-a-broadcast.js';
import * as testAccounts from './migrations/0029-test-accounts.js';
import * as toldGrants from './migrations/0031-told-grants.js';
import * as callbackHealth from './migrations/0032-callback-health.js';
import * as deadPushEnds from './migrations/0033-dead-push-ends.js';
import * as rolesSeen from './migrations/0036-roles-seen.js';
import * as unheardMessages from './migrations/0037-unheard-messages.js';
import type { Kysely } from 'kysely';

export interface NamedMigration {
  readonly name: string;
  /**
   * `none` for what Postgres refuses in one, as an index that is built `concurrently`. Such a migration may be cut
   * off anywhere, and must be able to run again.
   */
  readonly transaction?: 'none';
  up(db: Kysely<unknown>): Promise<void>;
}

/**
 * In the order in which they run, each in a transaction of its own. A released one is never edited; a change is a new
 * entry at the end. An enum value is added by a migration that does nothing else: whoever uses it must find it
 * committed. An index of a partitioned table is added by `addPartitionedIndex`, in no transaction.
 */
export const MIGRATIONS: readonly NamedMigration[] = [
  clock,
  access,
  accounts,
  tokens,
  templates,
  followers,
  broadcasts,
  receipts,
  inbox,
  pacing,
  schedules,
  suppressions,
  brakes,
  miniProgram,
  templateFamilies,
  singleMessages,
  reviewing,
  reviews,
  accountStops,
  quotaByPath,
  turnsComeDue,
  oldKeys,
  keysOfABroadcast,
  testAccounts,
  toldGrants,
  callbackHealth,
  deadPushEnds,
  rolesSeen,
  unheardMessages,
];
