import { CallbackRefusal } from './callback-refusal.js';
import { type CallbackQuery, stamp } from './open-push.js';
import { isSigned } from './signature.js';

/** WeChat sends some twenty digits. The signature does not cover them, so what we repeat is kept harmless. */
const ECHOSTR = /^[\w+/=.~-]{1,256}$/;

/** What to answer when WeChat asks whether this address is ours; in every mode the question comes in the clear. */
export function answerHandshake(tokens: readonly string[], query: CallbackQuery): string {
  if (!isSigned(query['signature'], tokens, stamp(query))) throw new CallbackRefusal('unsigned');
  const { echostr } = query;
  if (typeof echostr !== 'string' || !ECHOSTR.test(echostr)) throw new CallbackRefusal('echostr');
  return echostr;
}
