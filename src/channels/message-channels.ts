import { Injectable } from '@nestjs/common';
import type { Account } from '../accounts/account.js';
import type { MessageChannel } from '../wechat/message-channel.js';
import { TemplateChannel } from './template-channel.js';

/** Which channel sends a broadcast, by the name on its row. */
@Injectable()
export class MessageChannels {
  readonly #byName: ReadonlyMap<string, MessageChannel<Account>>;

  constructor(template: TemplateChannel) {
    this.#byName = new Map([template].map((channel) => [channel.name, channel]));
  }

  of(name: string): MessageChannel<Account> {
    const channel = this.#byName.get(name);
    if (!channel)
      throw new Error(`no channel '${name}'; there are ${[...this.#byName.keys()].join(', ')}`);
    return channel;
  }
}
