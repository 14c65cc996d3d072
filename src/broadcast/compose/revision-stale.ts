import type { Seen } from '../../http/if-match.js';
import { both } from '../../kernel/bilingual.js';
import { DomainError } from '../../kernel/domain-error.js';
import type { BroadcastRow } from '../engine/record/broadcasts.js';

/** A broadcast's etag, as the API names it. */
export const etagOf = ({ etag }: Pick<BroadcastRow, 'etag'>): string => String(etag);

/** Refuses a caller who has seen another version than the one that there is. */
export function requireSeen(broadcast: Pick<BroadcastRow, 'etag'>, seen: Seen | undefined): void {
  if (seen === undefined || seen.has(etagOf(broadcast))) return;
  throw new DomainError(
    'changed-since',
    'revision_stale',
    both(
      '任务已被修改，与你看到的不同：请查看 current 中的现状后再决定，你的修改没有保存。',
      'it has changed since you read it: look at `current`, then decide again; nothing of yours was stored',
    ),
  );
}
