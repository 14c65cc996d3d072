import { type RawBuilder, sql } from 'kysely';
import { audienceOfAllFollowers } from '../../../followers/audience-of-all-followers.js';
import { audienceOfFormIds } from '../../../mini-program/form-ids/audience-of-form-ids.js';
import { audienceOfGranted } from '../../../mini-program/grants/audience-of-granted.js';
import type { AudienceRecord } from '../record/engine.tables.js';

/** What decides who receives a broadcast. */
export interface AudienceOf {
  readonly id: string;
  readonly accountId: number;
  readonly templateId: string;
  readonly audience: AudienceRecord;
}

/** SQL that yields `(openid, vars)` of everybody who shall receive it. */
export function audienceQuery({
  id,
  accountId,
  templateId,
  audience,
}: AudienceOf): RawBuilder<unknown> {
  switch (audience.kind) {
    case 'all':
      return audienceOfAllFollowers(accountId);
    case 'openids':
      return sql`select openid, vars from broadcast_member where broadcast_id = ${id}`;
    case 'granted':
      return audienceOfGranted(accountId, templateId);
    case 'hasFormId':
      return audienceOfFormIds(accountId);
  }
}
