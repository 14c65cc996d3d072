import * as clock from './0001-clock.js';
import * as access from './0002-access.js';
import * as accounts from './0003-accounts.js';
import * as tokens from './0004-tokens.js';
import * as templates from './0005-templates.js';
import * as followers from './0006-followers.js';
import * as broadcasts from './0007-broadcasts.js';
import * as receipts from './0008-receipts.js';
import * as inbox from './0009-inbox.js';
import * as pacing from './0010-pacing.js';
import * as schedules from './0011-schedules.js';
import * as suppressions from './0012-suppressions.js';
import * as brakes from './0013-brakes.js';
import * as miniProgram from './0014-mini-program.js';
import * as templateFamilies from './0015-template-families.js';
import * as singleMessages from './0016-single-messages.js';
import * as reviewing from './0017-reviewing.js';
import * as reviews from './0018-reviews.js';
import * as accountStops from './0022-account-stops.js';
import * as quotaByPath from './0023-quota-by-path.js';
import * as turnsComeDue from './0024-turns-come-due.js';
import * as oldKeys from './0025-old-keys.js';
import * as keysOfABroadcast from './0027-keys-of-a-broadcast.js';
import * as testAccounts from './0029-test-accounts.js';
import * as toldGrants from './0031-told-grants.js';
import * as callbackHealth from './0032-callback-health.js';
import * as deadPushEnds from './0033-dead-push-ends.js';
import * as rolesSeen from './0036-roles-seen.js';
import * as unheardMessages from './0037-unheard-messages.js';
import * as operators from './0038-operators.js';
import * as operatorSessions from './0041-operator-sessions.js';
import * as audit from './0044-audit.js';
import * as auditWrites from './0045-audit-writes.js';
import * as accountPolicy from './0046-account-policy.js';
import * as decisions from './0047-decisions.js';
import * as drafts from './0048-drafts.js';
import * as holdsByName from './0049-holds-by-name.js';
import * as accountMembers from './0053-account-members.js';
import * as broadcastPages from './0050-broadcast-pages.js';
import * as broadcastLists from './0051-broadcast-lists.js';
import * as testers from './0054-testers.js';
import * as accountChecks from './0055-account-checks.js';
import * as sandboxes from './0056-sandboxes.js';
import * as oidc from './0057-oidc.js';
import * as confirmations from './0059-confirmations.js';
import * as testsOfDrafts from './0060-tests-of-drafts.js';
import * as nothingHalfGivenStarts from './0061-nothing-half-given-starts.js';
import * as walksTaken from './0062-walks-taken.js';
import * as quotaClearings from './0063-quota-clearings.js';
import * as accountHealth from './0064-account-health.js';
import * as invitedTesters from './0065-invited-testers.js';
import * as holdsInFigures from './0066-holds-in-figures.js';
import * as archive from './0067-archive.js';
import * as archiveInLists from './0068-archive-in-lists.js';
import * as firstReads from './0069-first-reads.js';
import * as uploads from './0070-uploads.js';
import * as tags from './0074-tags.js';
import * as taggings from './0075-taggings.js';
import * as broadcastSources from './0080-broadcast-sources.js';
import * as preflights from './0085-preflights.js';
import * as contactCaps from './0086-contact-caps.js';
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
  operators,
  operatorSessions,
  audit,
  auditWrites,
  accountPolicy,
  decisions,
  drafts,
  holdsByName,
  accountMembers,
  broadcastPages,
  broadcastLists,
  testers,
  accountChecks,
  sandboxes,
  oidc,
  confirmations,
  testsOfDrafts,
  nothingHalfGivenStarts,
  walksTaken,
  quotaClearings,
  accountHealth,
  invitedTesters,
  holdsInFigures,
  archive,
  archiveInLists,
  firstReads,
  uploads,
  tags,
  taggings,
  broadcastSources,
  preflights,
  contactCaps,
];
