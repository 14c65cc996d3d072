import type { Account } from '../../accounts/account.js';
import type { SimulatedClock } from '../../kernel/simulated-clock.js';
import type { Channel } from '../../ledger/channel.js';
import type { LedgerMessage } from '../../ledger/ledger.js';
import { ok, refused, type Answer } from '../../dispatch/answer.js';
import type { Call } from '../../wire/call.js';
import { accept, acceptedAnswer } from './acceptance.js';
import { argumentFault, shownContent, textsIn, valuesOf } from './send-request.js';

const STATES = ['developer', 'trial', 'formal'];
const LANGUAGES = ['zh_CN', 'en_US', 'zh_HK', 'zh_TW'];

/** Reads the message, or returns the refusal. It does not check the grant. */
export const readSubscriptionMessage = (
  call: Call,
  account: Account,
  clock: SimulatedClock,
  channel: Channel,
): LedgerMessage | Answer => {
  const { settings, followers, subscriptionTemplates } = account;
  const spent = account.quotas.take(call.path);
  if (spent) return refused(spent);
  const { fields } = call;
  if (!fields) return refused(call.body === '' ? 44002 : 47001);

  const follower = followers.find(call.text('touser'));
  if (follower === undefined) return refused(40003);
  const templateId = call.text('template_id');
  const template = subscriptionTemplates.find(templateId);
  if (!template) return refused(40037);
  if (!isOneOf(fields['miniprogram_state'], STATES) || !isOneOf(fields['lang'], LANGUAGES))
    return refused(40097);
  const values = valuesOf(fields['data'], template, false);
  const fault = argumentFault(template, values, settings.sending.misspellEmpty);
  if (fault) return refused(47003, fault);

  return {
    channel,
    follower,
    templateId,
    content: {
      ...shownContent(values, undefined, fields['miniprogram']),
      extras: textsIn(fields, ['page', 'miniprogram_state', 'lang']),
    },
    clientMsgId: undefined,
    acceptedAt: clock.now(),
  };
};

/** Accepts the message and spends a grant. Without a grant, or for a blocking person, it refuses with 43101. */
export const acceptGranted = (
  call: Call,
  account: Account,
  message: LedgerMessage,
): Answer | Promise<Answer> => {
  const { grants } = account;
  const { follower, templateId } = message;
  const allowed = grants.allows(follower, templateId);
  if (!allowed || account.natureOf(follower) === 'blocking') return refused(43101);
  grants.spend(follower, templateId);
  return accept(call, account, message, grantedAnswer);
};

function grantedAnswer(account: Account, entry: number): Answer {
  return account.settings.subscriptions.withoutMsgid
    ? ok({ errcode: 0, errmsg: 'ok' })
    : acceptedAnswer(account, entry);
}

/** A missing or empty value means the default. */
function isOneOf(value: unknown, allowed: readonly string[]): boolean {
  return value === undefined || value === '' || allowed.some((one) => one === value);
}
