import { Injectable } from '@nestjs/common';
import type { Account } from '../../accounts/account.js';
import { MessageChannels } from '../../channels/message-channels.js';
import { WechatConfig } from '../../config/config.js';
import { both } from '../../kernel/bilingual.js';
import { DomainError } from '../../kernel/domain-error.js';
import {
  CHANNEL_NAMES,
  type ChannelName,
  type MessageChannel,
} from '../../wechat/message-channel.js';
import { CONTENT_MEMBERS, type MessageRequest } from './message-content.js';

const KINDS = {
  service: { zh: '服务号', en: 'a service account' },
  mini_program: { zh: '小程序', en: 'a mini program' },
} as const;

/** Which channel an account may send a message through. */
@Injectable()
export class ChannelRules {
  readonly #channels: MessageChannels;
  readonly #wechat: WechatConfig;

  constructor(channels: MessageChannels, wechat: WechatConfig) {
    this.#channels = channels;
    this.#wechat = wechat;
  }

  /** The channel that the request names, or an error if the account does not fit it. */
  requireChannel(
    account: Account,
    request: Pick<MessageRequest, 'channel'>,
  ): MessageChannel<Account> {
    const channel = this.#channels.of(request.channel ?? 'template');
    this.#refuseRetired(channel);
    this.#refuseForeign(channel, account);
    return channel;
  }

  #refuseRetired({ name }: MessageChannel<Account>): void {
    if (name !== 'wxopen-template' || this.#wechat.wxopenTemplate) return;
    throw new DomainError(
      'unprocessable',
      'channel_retired',
      both(
        '微信已于 2020-01-10 下线小程序模板消息（wxopen/template/send），现在一律返回 45103：请改用订阅消息 "subscribe"；若对接模拟器，可设 WXOPEN_TEMPLATE=on。',
        'WeChat retired the template messages of mini programs on 2020-01-10 and answers 45103: use "subscribe". ' +
          'Against the simulator, WXOPEN_TEMPLATE=on opens the channel.',
      ),
      {
        errors: [
          {
            path: 'channel',
            code: 'channel_retired',
            message: both('该通道已被微信下线。', 'retired by WeChat'),
          },
        ],
      },
    );
  }

  #refuseForeign(channel: MessageChannel<Account>, { appid, kind }: Account): void {
    if (channel.accountKind === kind) return;
    const available = CHANNEL_NAMES.filter((name) => this.#isOpenTo(name, kind));
    const listed = (or: string): string => available.map((name) => `"${name}"`).join(or);
    throw new DomainError(
      'unprocessable',
      'channel_not_for_account',
      both(
        `${appid} 是${KINDS[kind].zh}，通道 "${channel.name}" 只能由${KINDS[channel.accountKind].zh}发送：请改用 ${listed('、')}。`,
        `${appid} is ${KINDS[kind].en}, and "${channel.name}" is sent by ${KINDS[channel.accountKind].en}: use ${listed(' or ')}`,
        { appid, kind, channel: channel.name, available: available.join(' ') },
      ),
      {
        errors: [
          {
            path: 'channel',
            code: 'channel_not_for_account',
            message: both('该公众号不能使用此通道。', 'not its channel'),
          },
        ],
        details: { available },
      },
    );
  }

  #isOpenTo(name: ChannelName, kind: Account['kind']): boolean {
    if (name === 'wxopen-template' && !this.#wechat.wxopenTemplate) return false;
    return this.#channels.of(name).accountKind === kind;
  }
}

/** WeChat would ignore members that the channel does not have: we refuse them instead. */
export function refuseMembers(
  { name, takes }: MessageChannel<Account>,
  request: MessageRequest,
): void {
  const foreign = CONTENT_MEMBERS.filter(
    (member) => (request[member] ?? null) !== null && !takes.includes(member),
  );
  if (foreign.length === 0) return;
  throw new DomainError(
    'unprocessable',
    'not_for_channel',
    both(
      `通道 "${name}" 的消息没有 ${foreign.join('、')}，请去掉。`,
      `messages of "${name}" have no ${foreign.join(', ')}: leave it out`,
      { name, foreign: foreign.join(' ') },
    ),
    {
      errors: foreign.map((path) => ({
        path,
        code: 'not_for_channel',
        message: both(
          `通道 "${name}" 不使用 ${path}，请去掉。`,
          `${path} means nothing to the channel "${name}": leave it out`,
          { name, path },
        ),
      })),
    },
  );
}
