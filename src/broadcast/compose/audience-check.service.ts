import { Injectable } from '@nestjs/common';
import { AudienceResolving } from '../../audiences/define/audience-resolving.js';
import { readAudience } from '../../audiences/define/read-audience.js';
import { requestOf } from '../../audiences/define/request-of.js';
import { namesOthers, partsOf } from '../../audiences/define/sources.js';
import type { Account } from '../../accounts/account.js';
import { FollowersService } from '../../followers/followers.service.js';
import { both } from '../../kernel/bilingual.js';
import { DomainError } from '../../kernel/domain-error.js';
import type { ChannelName } from '../../wechat/message-channel.js';
import { type AudienceRequest, OpenidsAudienceDto } from './audience.dto.js';
import { BroadcastRepository } from './broadcast.repository.js';
import type { CheckedAudience, CheckedMessage } from './checked-broadcast.js';
import type { ResolvedAudience } from '../../audiences/record/resolved-audience.js';
import { audienceOfOpenids, checkOpenids } from './openid-list.js';

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
  readonly #resolving: AudienceResolving;

  constructor(
    followers: FollowersService,
    broadcasts: BroadcastRepository,
    resolving: AudienceResolving,
  ) {
    this.#resolving = resolving;
    this.#followers = followers;
    this.#broadcasts = broadcasts;
  }

  /** Looks up what it names, and refuses what cannot be sent to. */
  async check(
    account: Account,
    message: AddressedMessage,
    given: AudienceRequest,
  ): Promise<CheckedAudience> {
    const audience = await this.resolve(account, given);
    await this.requireSomebody(account, message, audience);
    return audience;
  }

  /** The list of an audience that is one is as long as a body; a list beside others is short. */
  async resolve(account: Account, given: AudienceRequest): Promise<CheckedAudience> {
    const { exclude } = given;
    if (given instanceof OpenidsAudienceDto) {
      const list = await audienceOfOpenids(given.openids);
      if (exclude === undefined || exclude === null) return list;
      const rest = await this.#resolve(account, readAudience({ kind: 'all', exclude }));
      return { ...list, ...(rest.exclude && { exclude: rest.exclude }) };
    }
    const resolved = await this.#resolve(account, readAudience(Object.assign({}, given)));
    return resolved as CheckedAudience;
  }

  /** Looks up once more what an audience on record names: a saved one has a newer version, a list is gone. */
  async again(account: Account, audience: ResolvedAudience): Promise<ResolvedAudience> {
    if (!namesOthers(audience)) return audience;
    if (audience.kind !== 'openids') return this.#resolve(account, requestOf(audience));
    const { exclude = [] } = audience;
    const request = { kind: 'all', exclude: exclude.map(requestOf) } as const;
    const rest = await this.#resolve(account, request);
    return { ...audience, ...(rest.exclude && { exclude: rest.exclude }) };
  }

  #resolve(
    account: Account,
    request: Parameters<AudienceResolving['resolve']>[1],
  ): Promise<ResolvedAudience> {
    return this.#resolving.resolve(account, request, checkOpenids);
  }

  /** Refuses an audience that is empty now. A list of openids alone is not: `audienceOfOpenids` has seen to that. */
  async requireSomebody(
    account: Account,
    { channel, templateId }: AddressedMessage,
    audience: ResolvedAudience,
  ): Promise<void> {
    for (const { kind } of partsOf(audience)) {
      if (kind === 'all') await this.#requireFollowers(account);
      if (kind !== 'granted' && kind !== 'hasFormId') continue;
      if (!(CHANNELS_OF[kind] as readonly ChannelName[]).includes(channel))
        throw notForChannel(kind, channel);
    }
    // A list is written down later than this, and its people are known.
    if (audience.kind === 'openids') return;
    const asked = { id: null, accountId: account.id, templateId, audience };
    if (await this.#broadcasts.anybodyIn(asked)) return;
    const { kind, exclude = [] } = audience;
    const isPlain = kind === 'all' || kind === 'granted' || kind === 'hasFormId';
    const words = isPlain && exclude.length === 0 ? NOBODY[kind](account, templateId) : NOBODY_LEFT;
    throw new DomainError('unprocessable', 'audience_empty', words);
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

const NOBODY_LEFT = both(
  '这个受众现在没有人，请检查来源和排除。',
  'nobody is in this audience now: look at its sources and at what it leaves out',
);

const quoted = (names: readonly string[], between: string): string =>
  names.map((name) => `"${name}"`).join(between);

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
