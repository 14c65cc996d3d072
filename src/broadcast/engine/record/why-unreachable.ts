import { unreachableBecause } from '../../../followers/suppressions/unreachable.js';

/**
 * SQL for the reason why a row is skipped before a call is spent on it, or null. Only template messages need a follower:
 * a recipient who has agreed to a notice gets it without following.
 *
 * @param row alias of something with `broadcast_id`, `account_id` and `openid`
 */
export const whyUnreachable = (row: string): string =>
  unreachableBecause(
    `${row}.account_id`,
    `${row}.openid`,
    `(select channel = 'template' from broadcast where broadcast.id = ${row}.broadcast_id)`,
  );
