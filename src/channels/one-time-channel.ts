import { Injectable } from '@nestjs/common';
import type { Account } from '../accounts/account.js';
import type { Msgid } from '../kernel/ids.js';
import { WechatApi } from '../token/wechat-api.js';
import { CHANNEL_PATHS } from '../wechat/channel-paths.js';
import type { MessageChannel, MessageContent, Recipient } from '../wechat/message-channel.js';
import { MessageBody } from './message-body.js';
import { sendBody } from './send-body.js';

/**
 * A service account's one-time subscription: `message/template/subscribe`, to people who agreed to one message for a
 * `scene`. No list that we could fetch has its template, which has the one field `content`.
 */
@Injectable()
export class OneTimeChannel implements MessageChannel<Account, MessageBody> {
  readonly name = 'one-time';
  readonly accountKind = 'service';
  readonly protection = 'none';
  readonly oneAtATime = false;
  readonly templates = 'none';
  readonly takes = ['url', 'miniprogram', 'scene', 'title'] as const;
  readonly #wechat: WechatApi;

  constructor(wechat: WechatApi) {
    this.#wechat = wechat;
  }

  prepare(templateId: string, content: MessageContent): MessageBody {
    const { fields, url, miniprogram, scene, title } = content;
    return new MessageBody(fields, (data) => ({
      template_id: templateId,
      url,
      miniprogram,
      scene,
      title,
      data,
    }));
  }

  send(account: Account, body: MessageBody, recipient: Recipient): Promise<Msgid | null> {
    return sendBody(this.#wechat, CHANNEL_PATHS['one-time'], account, body, recipient);
  }
}
