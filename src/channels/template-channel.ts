import { Injectable } from '@nestjs/common';
import type { Account } from '../accounts/account.js';
import { WechatApi } from '../token/wechat-api.js';
import type { MessageChannel, MessageContent, Recipient } from '../wechat/message-channel.js';

interface PreparedTemplate {
  /** JSON after the recipient's own members, for a recipient without values of their own. */
  readonly tail: string;
  readonly content: MessageContent;
  readonly templateId: string;
}

/** A service account's template message: `message/template/send`, protected by `client_msg_id`. */
@Injectable()
export class TemplateChannel implements MessageChannel<Account, PreparedTemplate> {
  readonly name = 'template';
  readonly protection = 'client_msg_id';

  constructor(private readonly wechat: WechatApi) {}

  prepare(templateId: string, content: MessageContent): PreparedTemplate {
    return { tail: tailOf(templateId, content), content, templateId };
  }

  async send(
    account: Account,
    prepared: PreparedTemplate,
    recipient: Recipient,
  ): Promise<string | null> {
    const { openid, clientMsgId, vars, mayWrite } = recipient;
    const tail =
      vars === null
        ? prepared.tail
        : tailOf(prepared.templateId, {
            ...prepared.content,
            fields: { ...prepared.content.fields, ...vars },
          });
    // Neither an openid (its pattern is checked where it enters) nor our own id needs escaping.
    const answer = await this.wechat.call(account, {
      path: '/cgi-bin/message/template/send',
      method: 'POST',
      body: `{"touser":"${openid}","client_msg_id":"${clientMsgId}",${tail}`,
      mayWrite,
    });
    return typeof answer['msgid'] === 'string' ? answer['msgid'] : null;
  }
}

/** WeChat takes an empty `url` or `miniprogram` for a wrong one: what is unset is left out. */
function tailOf(templateId: string, { fields, url, miniprogram }: MessageContent): string {
  const data = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, { value }]));
  return JSON.stringify({
    template_id: templateId,
    ...(url === undefined ? {} : { url }),
    ...(miniprogram === undefined ? {} : { miniprogram }),
    data,
  }).slice(1);
}
