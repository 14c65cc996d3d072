import type { Account } from '../../accounts/account.js';
import { SUCCESS, type LedgerMessage } from '../../ledger/ledger.js';
import type { Answer } from '../../dispatch/answer.js';
import type { Call } from '../../wire/call.js';

type Render = (account: Account, entry: number) => Answer;

/** Records a message and plans its receipt. An early receipt is answered before the send is. */
export const accept = (
  call: Call,
  account: Account,
  message: LedgerMessage,
  render: Render,
): Answer | Promise<Answer> => {
  const status = receiptStatusOf(call, account, message);
  const entry = account.ledger.record(message, status);
  const early = account.receipts.announce(entry, call.latencyMs, call.faults?.receipt);
  return early ? early.then(() => render(account, entry)) : render(account, entry);
};

/** Writes the JSON by hand, because a JavaScript number cannot hold a msgid. */
export const acceptedAnswer = ({ ledger, settings }: Account, entry: number): Answer => {
  const errmsg = settings.sending.controlCharacters ? 'ok\u0001' : 'ok';
  return { kind: 'ok', body: `{"errcode":0,"errmsg":"${errmsg}","msgid":${ledger.msgid(entry)}}` };
};

/** The Status of the receipt: that of a fault rule, or that of the recipient. */
export const receiptStatusOf = (
  call: Call,
  account: Account,
  { follower }: LedgerMessage,
): string => call.faults?.fate ?? recipientStatus(account, follower);

/** WeChat writes one status with a space and the other without. */
function recipientStatus(account: Account, follower: number): string {
  const { settings, random } = account;
  switch (account.natureOf(follower)) {
    case 'blocking':
      return 'failed:user block';
    case 'failing':
      return 'failed: system failed';
    case 'left':
    case 'ordinary':
      return random.chance(settings.receipts.unknown) ? settings.receipts.unknownStatus : SUCCESS;
  }
}
