import { Injectable } from '@nestjs/common';
import type { Account } from '../accounts/account.js';
import type { Msgid } from '../kernel/ids.js';
import { WechatApi } from '../token/wechat-api.js';
import { CHANNEL_PATHS } from '../wechat/channel-paths.js';
import type { MessageChannel, MessageContent, Recipient } from '../wechat/message-channel.js';
import { MessageBody, msgidOf } from './message-body.js';

/** A service account's template message: `message/template/send`, protected by `client_msg_id`. */
@Injectable()
export class TemplateChannel implements MessageChannel<Account, MessageBody> {
  readonly name = 'template';
  readonly accountKind = 'service';
  readonly protection = 'client_msg_id';
  readonly oneAtATime = false;
  readonly templates = 'private';
  readonly takes = ['url', 'miniprogram'] as const;
  readonly #wechat: WechatApi;

  constructor(wechat: WechatApi) {
    this.#wechat = wechat;
  }

  /** WeChat refuses an empty `url` or `miniprogram`, so we leave out what is unset. */
  prepare(templateId: string, { fields, url, miniprogram }: MessageContent): MessageBody {
    return new MessageBody(fields, (data) => ({ template_id: templateId, url, miniprogram, data }));
  }

  async send(account: Account, body: MessageBody, recipient: Recipient): Promise<Msgid | null> {
    const { openid, clientMsgId, vars, mayWrite } = recipient;
    const answer = await this.#wechat.call(account, {
      path: CHANNEL_PATHS.template,
      method: 'POST',
      // Neither an openid (its pattern is checked where it enters) nor our own id needs escaping.
      body: body.for(`"touser":"${openid}","client_msg_id":"${clientMsgId}"`, vars),
      mayWrite,
    });
    return msgidOf(answer);
  }
}
