import type { CallbackKeys } from '../accounts/account-secrets.js';
import { CallbackRefusal } from './callback-refusal.js';
import { type CallbackQuery, stamp } from './open-push.js';
import { isSigned, isSignature } from './signature.js';

/**
 * Refuses by its query what cannot be WeChat's, before a body is read. In plain mode the query is all that is signed.
 * What is encrypted is signed with its body, so here it must only look so; or the query proves that it is WeChat's and
 * in another mode, which the body will show.
 */
export function checkAnnounced(keys: CallbackKeys, query: CallbackQuery): void {
  if (isSigned(query['signature'], keys.tokens, stamp(query))) return;
  if (keys.mode === 'plain' || !isSignature(query['msg_signature'])) {
    throw new CallbackRefusal('unsigned');
  }
}
