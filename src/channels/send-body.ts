import type { Account } from '../accounts/account.js';
import type { Msgid } from '../kernel/ids.js';
import type { WechatApi } from '../token/wechat-api.js';
import type { Recipient } from '../wechat/message-channel.js';
import { type MessageBody, msgidOf } from './message-body.js';

/**
 * Calls an API that takes no id of ours, for one recipient. Resolves with WeChat's msgid, or null where the answer has
 * none; throws what the call throws.
 */
export async function sendBody(
  wechat: WechatApi,
  path: string,
  account: Account,
  body: MessageBody,
  { openid, vars, mayWrite }: Recipient,
): Promise<Msgid | null> {
  const answer = await wechat.call(account, {
    path,
    method: 'POST',
    body: body.for(`"touser":"${openid}"`, vars),
    mayWrite,
  });
  return msgidOf(answer);
}
