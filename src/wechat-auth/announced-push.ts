import type { CallbackKeys } from '../accounts/account-secrets.js';
import { CallbackRefusal } from './callback-refusal.js';
import { type CallbackQuery, stamp } from './open-push.js';
import { isSigned, isSignature } from './signature.js';

/** What a push's query shows before its body is read, under which keys. */
export interface AnnouncedPush {
  readonly keys: CallbackKeys;
  /** Its own signature is right: with the same keys there is no need to check it again. */
  readonly isSigned: boolean;
}

/**
 * Refuses by its query what cannot be WeChat's, before a body is read. In plain mode only the query is signed. The
 * signature of an encrypted push covers its body, so here only its form is checked; or the query's own signature proves
 * that the push is WeChat's in another mode, which the body will show.
 */
export function checkAnnounced(keys: CallbackKeys, query: CallbackQuery): AnnouncedPush {
  if (isSigned(query['signature'], keys.tokens, stamp(query))) return { keys, isSigned: true };
  if (keys.mode === 'plain' || !isSignature(query['msg_signature'])) {
    throw new CallbackRefusal('unsigned');
  }
  return { keys, isSigned: false };
}

/** Whether the query's own signature was checked with these very keys, and not with former ones. */
export const isProvenBy = (keys: CallbackKeys, announced: AnnouncedPush | undefined): boolean =>
  announced?.isSigned === true && announced.keys === keys;
