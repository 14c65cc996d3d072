import { Injectable } from '@nestjs/common';
import type { Account } from '../accounts/account.js';
import type { Msgid } from '../kernel/ids.js';
import { WechatApi } from '../token/wechat-api.js';
import { CHANNEL_PATHS } from '../wechat/channel-paths.js';
import type { MessageChannel, MessageContent, Recipient } from '../wechat/message-channel.js';
import { MessageBody } from './message-body.js';
import { sendBody } from './send-body.js';

/** A service account's subscription notice: `message/subscribe/bizsend`. Each message spends a grant. */
@Injectable()
export class BizsendChannel implements MessageChannel<Account, MessageBody> {
  readonly name = 'bizsend';
  readonly accountKind = 'service';
  readonly protection = 'none';
  readonly oneAtATime = false;
  readonly templates = 'subscription';
  readonly takes = ['page', 'miniprogram', 'miniprogramState', 'lang'] as const;
  readonly #wechat: WechatApi;

  constructor(wechat: WechatApi) {
    this.#wechat = wechat;
  }

  /** WeChat's pages disagree about which of these members exist, so we leave out those that are unset. */
  prepare(templateId: string, content: MessageContent): MessageBody {
    const { fields, page, miniprogram, miniprogramState, lang } = content;
    return new MessageBody(fields, (data) => ({
      template_id: templateId,
      page,
      miniprogram,
      miniprogram_state: miniprogramState,
      lang,
      data,
    }));
  }

  send(account: Account, body: MessageBody, recipient: Recipient): Promise<Msgid | null> {
    return sendBody(this.#wechat, CHANNEL_PATHS.bizsend, account, body, recipient);
  }
}
