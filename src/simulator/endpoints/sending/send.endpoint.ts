import type { Account } from '../../accounts/account.js';
import type { SimulatedClock } from '../../kernel/simulated-clock.js';
import type { LedgerMessage } from '../../ledger/ledger.js';
import { refused, type Answer } from '../../dispatch/answer.js';
import type { Call } from '../../wire/call.js';
import { SERVICE_ONLY, type Endpoint } from '../../dispatch/endpoint.js';
import { SEND_PATH } from '../../kernel/paths.js';
import type { Review } from '../../reviews/review.js';
import { accept, acceptedAnswer, receiptStatusOf } from './acceptance.js';
import { argumentFault, shownContent, valuesOf } from './send-request.js';

const TEMPLATE_ID_LENGTH = 43;
const CLIENT_MSG_ID_WINDOW_MS = 600_000;
const IN_REVIEW = { kind: 'refused', errcode: 40252 } as const;

/** POST /cgi-bin/message/template/send. */
export const sendEndpoint = (clock: SimulatedClock): Endpoint => ({
  method: 'POST',
  path: SEND_PATH,
  kinds: SERVICE_ONLY,
  sends: true,
  answer: (call, account) => {
    const read = readMessage(call, account, clock);
    return 'kind' in read ? read : acceptUnlessRepeated(call, account, read);
  },
});

/** Reads the message, or returns the refusal. Checks come in WeChat's order. */
function readMessage(call: Call, account: Account, clock: SimulatedClock): LedgerMessage | Answer {
  const { settings, followers, templates } = account;
  const spent = account.quotas.take(SEND_PATH);
  if (spent) return refused(spent);
  const { fields } = call;
  if (!fields) return refused(call.body === '' ? 44002 : 47001);

  const follower = followers.find(call.text('touser'));
  if (follower === undefined) return refused(40003);
  const templateId = call.text('template_id');
  if (templateId.length !== TEMPLATE_ID_LENGTH) return refused(40036);
  const template = templates.find(templateId);
  if (!template) return refused(40037);
  const values = valuesOf(fields['data'], template);
  const fault = settings.testAccount
    ? undefined
    : argumentFault(template, values, settings.sending.misspellEmpty);
  if (fault) return refused(47003, fault);
  if (account.hasLeft(follower)) return refused(43004);
  if (account.blacklist.has(follower)) return refused(43019);

  return {
    channel: 'template',
    follower,
    templateId,
    content: shownContent(values, fields['url'], fields['miniprogram']),
    clientMsgId: call.text('client_msg_id') || undefined,
    acceptedAt: clock.now(),
  };
}

const isRecent = (earlier: LedgerMessage, { acceptedAt }: LedgerMessage): boolean =>
  acceptedAt - earlier.acceptedAt < CLIENT_MSG_ID_WINDOW_MS;

function reviewAnswer({ reviews }: Account, review: Review): Answer {
  const msgid = reviews.toldMsgid(review);
  return { ...IN_REVIEW, ...(msgid !== undefined && { msgid }) };
}

function acceptUnlessRepeated(
  call: Call,
  account: Account,
  message: LedgerMessage,
): Answer | Promise<Answer> {
  const { ledger, settings, reviews } = account;
  const known = reviews.find(message);
  if (known && known.state !== 'passed' && isRecent(known.message, message)) {
    reviews.countRepeat();
    return reviewAnswer(account, known);
  }
  const { repeatErrcode, duplicateWindowSeconds } = settings.sending;
  const { sameId, sameContent } = ledger.findEarlier(message);
  // The id is compared before the content. A retry under its own id must not count as a second message.
  if (sameId >= 0 && message.acceptedAt - ledger.acceptedAt(sameId) < CLIENT_MSG_ID_WINDOW_MS) {
    account.repeats++;
    return repeatErrcode === 0 ? acceptedAnswer(account, sameId) : refused(repeatErrcode);
  }
  const duplicateWindowMs = duplicateWindowSeconds * 1000;
  if (sameContent >= 0 && message.acceptedAt - ledger.acceptedAt(sameContent) < duplicateWindowMs) {
    return refused(40241);
  }

  const drawn = reviews.decide(call.faults?.review);
  if (!drawn) return accept(call, account, message, acceptedAnswer);
  const status = receiptStatusOf(call, account, message);
  const order = { message, status, ...drawn, receipt: call.faults?.receipt };
  return reviewAnswer(account, reviews.start(order, call.latencyMs));
}
