import { Injectable } from '@nestjs/common';
import type { Account } from '../accounts/account.js';
import { FollowersService } from '../followers/followers.service.js';
import { DomainError } from '../kernel/domain-error.js';
import { checkFields } from '../templates/check-fields.js';
import { parseContent } from '../templates/parse-content.js';
import type { Template } from '../templates/template.js';
import { TemplatesService } from '../templates/templates.service.js';
import type { MessageContent } from '../wechat/message-channel.js';
import { type AudienceRequest, LaterAudienceDto, OpenidsAudienceDto } from './audience.dto.js';
import type { BroadcastBodyDto } from './broadcast.dto.js';
import { BroadcastRepository } from './broadcast.repository.js';
import type { CheckedAudience, CheckedMessage } from './checked-broadcast.js';
import type { MessageDto } from './message.dto.js';
import { checkOpenids } from './openid-list.js';

const TEMPLATE_CHANNEL = 'template';

/** A message as it is asked for, or as an earlier request left it. */
export interface MessageRequest extends MessageDto {
  readonly channel?: BroadcastBodyDto['channel'];
  readonly exclude?: unknown;
}

/** Everything that can be wrong with a broadcast before it starts. Stores nothing. */
@Injectable()
export class BroadcastCheck {
  constructor(
    private readonly templates: TemplatesService,
    private readonly followers: FollowersService,
    private readonly broadcasts: BroadcastRepository,
  ) {}

  async message(account: Account, request: MessageRequest): Promise<CheckedMessage> {
    refuseWhatIsNotAvailableYet(request);
    const channel = channelOf(account, request);
    const template = await this.templates.require(account, request.templateId);
    return {
      channel,
      templateId: template.templateId,
      message: messageOf(request, template),
    };
  }

  async audience(account: Account, audience: AudienceRequest): Promise<CheckedAudience> {
    if (audience instanceof OpenidsAudienceDto) return this.openids(audience.openids);
    if (audience instanceof LaterAudienceDto) {
      throw new DomainError(
        'unprocessable',
        'audience_kind_not_available',
        `audiences of kind "${audience.kind}" are not available yet: use "all" or "openids"`,
        { details: { available: ['all', 'openids'] } },
      );
    }
    await this.followersOf(account);
    return { kind: 'all' };
  }

  /** @param path where they stand in the request */
  openids(given: readonly unknown[], path?: string): CheckedAudience {
    const { openids, duplicates } = checkOpenids(given, path);
    return { kind: 'openids', count: openids.length, duplicates, openids };
  }

  /** That there is somebody to send to who follows the account. */
  async followersOf(account: Account): Promise<void> {
    if (!(await this.followers.hasSynced(account.id))) {
      throw new DomainError(
        'conflict',
        'followers_not_synced',
        `the followers of ${account.appid} are not known yet: POST /v1/accounts/${account.appid}/followers/sync and wait until it is done`,
      );
    }
    if (!(await this.broadcasts.anybodyFollows(account.id))) {
      throw new DomainError(
        'unprocessable',
        'audience_empty',
        `nobody follows ${account.appid}: there is no one to send to`,
      );
    }
  }
}

/** What the interface promises for later is refused by name: nothing that was asked for is left out silently. */
function refuseWhatIsNotAvailableYet({ channel, exclude }: MessageRequest): void {
  if ((channel ?? TEMPLATE_CHANNEL) !== TEMPLATE_CHANNEL) throw notAvailable('channel');
  if (exclude !== undefined && exclude !== null && exclude !== false) throw notAvailable('exclude');
}

const notAvailable = (path: string): DomainError =>
  new DomainError(
    'unprocessable',
    'not_available_yet',
    `not available yet: ${path}; leave it out`,
    {
      errors: [{ path, code: 'not_available_yet', message: `${path} is not available yet` }],
    },
  );

function channelOf(account: Account, request: MessageRequest): string {
  if (account.kind !== 'service') {
    throw new DomainError(
      'unprocessable',
      'channel_not_for_account',
      `${account.appid} is a mini program: template messages are sent by service accounts only`,
    );
  }
  return request.channel ?? TEMPLATE_CHANNEL;
}

function messageOf(request: MessageRequest, template: Template): MessageContent {
  const fields = fieldsOf(request, template);
  const errors = checkFields(template.fields, fields);
  if (errors.length > 0) {
    throw new DomainError(
      'unprocessable',
      'fields_invalid',
      `the values do not fit the template ${template.templateId}: WeChat would refuse every message`,
      { errors },
    );
  }
  const { url, miniprogram } = request;
  return {
    fields,
    ...(url && { url }),
    ...(miniprogram && {
      miniprogram: {
        appid: miniprogram.appid,
        ...(miniprogram.pagepath && { pagepath: miniprogram.pagepath }),
      },
    }),
  };
}

function fieldsOf({ fields, content }: MessageRequest, template: Template): Record<string, string> {
  const hasFields = fields !== undefined && fields !== null;
  const hasContent = content !== undefined && content !== null;
  if (hasFields === hasContent) {
    throw new DomainError(
      'invalid',
      'fields_or_content',
      `give either "fields" or "content", ${hasFields ? 'not both' : 'one of them'}`,
    );
  }
  return hasContent ? parseContent(template.content, content).values : { ...fields };
}
