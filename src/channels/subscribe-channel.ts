import { Injectable } from '@nestjs/common';
import type { Account } from '../accounts/account.js';
import type { Msgid } from '../kernel/ids.js';
import { WechatApi } from '../token/wechat-api.js';
import { CHANNEL_PATHS } from '../wechat/channel-paths.js';
import type { MessageChannel, MessageContent, Recipient } from '../wechat/message-channel.js';
import { MessageBody } from './message-body.js';
import { sendBody } from './send-body.js';

/** A mini program's subscription message: `message/subscribe/send`. Each message spends a grant. */
@Injectable()
export class SubscribeChannel implements MessageChannel<Account, MessageBody> {
  readonly name = 'subscribe';
  readonly accountKind = 'mini_program';
  readonly protection = 'none';
  readonly oneAtATime = true;
  readonly templates = 'subscription';
  readonly takes = ['page', 'miniprogramState', 'lang'] as const;
  readonly #wechat: WechatApi;

  constructor(wechat: WechatApi) {
    this.#wechat = wechat;
  }

  /** WeChat's pages call `miniprogram_state` and `lang` required, though they name defaults: we send those. */
  prepare(templateId: string, content: MessageContent): MessageBody {
    const { fields, page, miniprogramState = 'formal', lang = 'zh_CN' } = content;
    return new MessageBody(fields, (data) => ({
      template_id: templateId,
      page,
      miniprogram_state: miniprogramState,
      lang,
      data,
    }));
  }

  send(account: Account, body: MessageBody, recipient: Recipient): Promise<Msgid | null> {
    return sendBody(this.#wechat, CHANNEL_PATHS.subscribe, account, body, recipient);
  }
}
