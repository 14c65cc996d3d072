import { withoutOpenids } from '../../audiences/define/sources.js';
import type { Picture } from '../../audit/record/change.js';
import type { BroadcastRow } from '../engine/record/broadcasts.js';

/** What an operator gives a broadcast. */
const GIVEN = [
  'name',
  'channel',
  'templateId',
  'audience',
  'sendsPerSecond',
  'startAt',
  'startZone',
  'freezeAudience',
  'sendHours',
  'canary',
  'resendFailed',
  'contactCap',
  'draft',
] as const satisfies readonly (keyof BroadcastRow)[];

/** A broadcast as the audit compares it. */
export const pictureOf = (
  broadcast: Partial<Pick<BroadcastRow, (typeof GIVEN)[number] | 'message'>>,
): Picture => ({
  ...Object.fromEntries(GIVEN.map((name) => [name, broadcast[name] ?? null])),
  ...(broadcast.audience && { audience: withoutOpenids(broadcast.audience) }),
  ...broadcast.message,
});
