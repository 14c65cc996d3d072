import type { Account } from '../../accounts/account.js';
import type { SimulatedClock } from '../../kernel/simulated-clock.js';
import type { LedgerMessage } from '../../ledger/ledger.js';
import { done, refused, type Answer } from '../../dispatch/answer.js';
import type { Call } from '../../wire/call.js';
import { EVERY_KIND, type Endpoint } from '../../dispatch/endpoint.js';
import { WXOPEN_SEND_PATH } from '../../kernel/paths.js';
import { accept } from './acceptance.js';
import { isReleasedPage } from './released-pages.js';
import { shownContent, textsIn, valuesOf } from './send-request.js';

/** message/wxopen/template/*: the two ways of sending that WeChat has withdrawn, on 2020-01-10 and on 2023-09-20. */
export const wxopenEndpoints = (clock: SimulatedClock): readonly Endpoint[] => [
  sendEndpoint(clock),
  {
    method: 'POST',
    path: '/cgi-bin/message/wxopen/template/uniform_send',
    kinds: EVERY_KIND,
    answer: () => refused(45109),
  },
];

/** Works as it did until 2020 if the settings of the account say so. */
const sendEndpoint = (clock: SimulatedClock): Endpoint => ({
  method: 'POST',
  path: WXOPEN_SEND_PATH,
  kinds: EVERY_KIND,
  sends: true,
  answer: (call, account) => {
    if (!account.settings.miniProgram.wxopen) return refused(45103);
    if (account.settings.kind !== 'mini_program') return refused(48001);
    const read = readMessage(call, account, clock);
    if ('kind' in read) return read;
    // The form_id is checked last. A message that is refused for another reason leaves it unused.
    const formId = call.text('form_id');
    const fault = account.formIds.faultOf(formId, read);
    if (fault) return refused(fault);
    account.formIds.spend(formId, read);
    return accept(call, account, read, () => done);
  },
});

function readMessage(call: Call, account: Account, clock: SimulatedClock): LedgerMessage | Answer {
  const { settings, followers, templates } = account;
  const spent = account.quotas.take(WXOPEN_SEND_PATH);
  if (spent) return refused(spent);
  const { fields } = call;
  if (!fields) return refused(call.body === '' ? 44002 : 47001);
  const follower = followers.find(call.text('touser'));
  if (follower === undefined) return refused(40003);
  const template = templates.find(call.text('template_id'));
  if (!template) return refused(40037);
  if (!isReleasedPage(settings.miniProgram, fields['page'])) return refused(41030);
  if (account.natureOf(follower) === 'blocking') return refused(41031);
  return {
    channel: 'wxopen-template',
    follower,
    templateId: template.templateId,
    content: {
      ...shownContent(valuesOf(fields['data'], template), undefined, undefined),
      extras: textsIn(fields, ['page', 'emphasis_keyword']),
    },
    clientMsgId: undefined,
    acceptedAt: clock.now(),
  };
}
