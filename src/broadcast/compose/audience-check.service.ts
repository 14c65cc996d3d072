import { Injectable } from '@nestjs/common';
import type { Account } from '../../accounts/account.js';
import { FollowersService } from '../../followers/followers.service.js';
import { both } from '../../kernel/bilingual.js';
import { DomainError } from '../../kernel/domain-error.js';
import type { ChannelName } from '../../wechat/message-channel.js';
import { type AudienceRequest, AVAILABLE_KINDS, OpenidsAudienceDto } from './audience.dto.js';
import { BroadcastRepository } from './broadcast.repository.js';
import type { CheckedAudience, CheckedMessage } from './checked-broadcast.js';
import type { AudienceRecord } from '../engine/record/engine.tables.js';
import { audienceOfOpenids } from './openid-list.js';

/** The channels whose messages need a grant, or a form_id: only their audiences can be told by it. */
const CHANNELS_OF = {
  granted: ['subscribe', 'bizsend'],
  hasFormId: ['wxopen-template'],
} as const satisfies Record<string, readonly ChannelName[]>;

/** What the check of an audience must know of its message. */
export type AddressedMessage = Pick<CheckedMessage, 'channel' | 'templateId'>;

/** Everything that can be wrong with an audience before its broadcast starts. */
@Injectable()
export class AudienceCheck {
  readonly #followers: FollowersService;
  readonly #broadcasts: BroadcastRepository;

  constructor(followers: FollowersService, broadcasts: BroadcastRepository) {
    this.#followers = followers;
    this.#broadcasts = broadcasts;
  }

  async check(
    account: Account,
    message: AddressedMessage,
    audience: AudienceRequest,
  ): Promise<CheckedAudience> {
    if (audience instanceof OpenidsAudienceDto) return audienceOfOpenids(audience.openids);
    const { kind } = audience;
    if (kind !== 'all' && kind !== 'granted' && kind !== 'hasFormId') throw notAvailable(kind);
    await this.requireSomebody(account, message, { kind });
    return { kind };
  }

  /** Refuses an audience that is empty now. A list of openids is not: `audienceOfOpenids` has seen to that. */
  async requireSomebody(
    account: Account,
    { channel, templateId }: AddressedMessage,
    audience: AudienceRecord,
  ): Promise<void> {
    const { kind } = audience;
    if (kind === 'openids') return;
    if (kind === 'all') await this.#requireFollowers(account);
    else if (!(CHANNELS_OF[kind] as readonly ChannelName[]).includes(channel))
      throw notForChannel(kind, channel);
    // These kinds are read from the account's tables, so the query needs no broadcast.
    const asked = { id: '', accountId: account.id, templateId, audience };
    if (!(await this.#broadcasts.anybodyIn(asked)))
      throw new DomainError('unprocessable', 'audience_empty', NOBODY[kind](account, templateId));
  }

  async #requireFollowers({ id, appid, kind }: Account): Promise<void> {
    if (kind !== 'service') {
      throw new DomainError(
        'unprocessable',
        'audience_not_for_account',
        both(
          `${appid} 是小程序，没有粉丝：请用 "granted"（已授权该模板的用户）或 "openids"。`,
          `${appid} is a mini program, which has no followers: use "granted" for those who agreed to a message of the template, ` +
            'or "openids".',
          { appid },
        ),
        { errors: [{ path: 'audience.kind', code: 'audience_not_for_account', message: KIND }] },
      );
    }
    if (await this.#followers.hasSynced(id)) return;
    throw new DomainError(
      'conflict',
      'followers_not_synced',
      both(
        `${appid} 的粉丝列表尚未同步：请先 POST /v1/accounts/${appid}/followers/sync，等同步完成。`,
        `the followers of ${appid} are not known yet: POST /v1/accounts/${appid}/followers/sync and wait until it is done`,
        { appid },
      ),
    );
  }
}

const KIND = both('请换一种受众。', 'pick another kind');

const NOBODY = {
  all: ({ appid }: Account) =>
    both(
      '这个公众号没有粉丝，无人可发。若刚有人关注，请先同步。',
      'nobody follows this account: there is no one to send to; sync if somebody came lately',
      { appid },
    ),
  granted: ({ appid }: Account, templateId: string) =>
    both(
      '还没有人授权过这个模板，无人可发。请先收集授权。',
      'nobody has agreed to a message of this template yet: there is no one to send to',
      { appid, templateId },
    ),
  hasFormId: ({ appid }: Account) =>
    both(
      '这个小程序没有未过期的 form_id，无人可发。请先收集 form_id。',
      'nobody has a live form_id at this mini program: there is no one to send to',
      { appid },
    ),
};

const quoted = (names: readonly string[], between: string): string =>
  names.map((name) => `"${name}"`).join(between);

const notAvailable = (kind: string): DomainError =>
  new DomainError(
    'unprocessable',
    'audience_kind_not_available',
    both(
      `暂不支持 "${kind}" 受众，请用 ${quoted(AVAILABLE_KINDS, '、')}。`,
      `audiences of kind "${kind}" are not available yet: use ${quoted(AVAILABLE_KINDS, ' or ')}`,
      { kind, available: AVAILABLE_KINDS.join(' ') },
    ),
    { details: { available: AVAILABLE_KINDS } },
  );

const notForChannel = (kind: keyof typeof CHANNELS_OF, channel: ChannelName): DomainError =>
  new DomainError(
    'unprocessable',
    'audience_not_for_channel',
    both(
      `受众 "${kind}" 只用于通道 ${quoted(CHANNELS_OF[kind], '、')}，不适用于 "${channel}"：请换受众或通道。`,
      `"${kind}" is an audience of ${quoted(CHANNELS_OF[kind], ' and ')}: it says nothing about "${channel}"`,
      { kind, channel, channels: CHANNELS_OF[kind].join(' ') },
    ),
    { errors: [{ path: 'audience.kind', code: 'audience_not_for_channel', message: KIND }] },
  );
