import { Injectable } from '@nestjs/common';
import type { Account } from '../accounts/account.js';
import type { ChannelName, MessageChannel } from '../wechat/message-channel.js';
import { BizsendChannel } from './bizsend-channel.js';
import { OneTimeChannel } from './one-time-channel.js';
import { SubscribeChannel } from './subscribe-channel.js';
import { TemplateChannel } from './template-channel.js';
import { WxopenTemplateChannel } from './wxopen-template-channel.js';

/** Finds the channel that sends a broadcast by the name on its row. */
@Injectable()
export class MessageChannels {
  readonly #byName: Readonly<Record<ChannelName, MessageChannel<Account>>>;

  constructor(
    template: TemplateChannel,
    subscribe: SubscribeChannel,
    bizsend: BizsendChannel,
    oneTime: OneTimeChannel,
    wxopenTemplate: WxopenTemplateChannel,
  ) {
    this.#byName = {
      template,
      subscribe,
      bizsend,
      'one-time': oneTime,
      'wxopen-template': wxopenTemplate,
    };
  }

  of(name: ChannelName): MessageChannel<Account> {
    return this.#byName[name];
  }
}
