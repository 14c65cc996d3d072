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
import type { CreateBroadcastDto } from './broadcast.dto.js';
import { BroadcastRepository } from './broadcast.repository.js';
import type { CheckedAudience, CheckedBroadcast } from './checked-broadcast.js';
import { checkOpenids } from './openid-list.js';

const TEMPLATE_CHANNEL = 'template';

/** Everything that can be wrong with a broadcast before it exists. Stores nothing. */
@Injectable()
export class BroadcastCheck {
  constructor(
    private readonly templates: TemplatesService,
    private readonly followers: FollowersService,
    private readonly broadcasts: BroadcastRepository,
  ) {}

  async check(account: Account, request: CreateBroadcastDto): Promise<CheckedBroadcast> {
    refuseWhatIsNotAvailableYet(request);
    const channel = channelOf(account, request);
    const template = await this.templates.require(account, request.templateId);
    return {
      channel,
      templateId: template.templateId,
      message: messageOf(request, template),
      audience: await this.#audienceOf(account, request.audience),
    };
  }

  async #audienceOf(account: Account, audience: AudienceRequest): Promise<CheckedAudience> {
    if (audience instanceof OpenidsAudienceDto) {
      const { openids, duplicates } = checkOpenids(audience.openids);
      return { kind: 'openids', count: openids.length, duplicates, openids };
    }
    if (audience instanceof LaterAudienceDto) {
      throw new DomainError(
        'unprocessable',
        'audience_kind_not_available',
        `audiences of kind "${audience.kind}" are not available yet: use "all" or "openids"`,
        { details: { available: ['all', 'openids'] } },
      );
    }
    await this.#requireFollowers(account);
    return { kind: 'all' };
  }

  async #requireFollowers(account: Account): Promise<void> {
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
function refuseWhatIsNotAvailableYet(request: CreateBroadcastDto): void {
  const asked = (['draft', 'startAt', 'exclude', 'sendHours'] as const).filter((name) => {
    const value = request[name];
    return value !== undefined && value !== null && value !== false;
  });
  if (request.channel !== undefined && request.channel !== null) {
    if (request.channel !== TEMPLATE_CHANNEL) throw notAvailable(['channel']);
  }
  if (asked.length > 0) throw notAvailable(asked);
}

const notAvailable = (paths: readonly string[]): DomainError =>
  new DomainError(
    'unprocessable',
    'not_available_yet',
    `not available yet: ${paths.join(', ')}; leave it out`,
    {
      errors: paths.map((path) => ({
        path,
        code: 'not_available_yet',
        message: `${path} is not available yet`,
      })),
    },
  );

function channelOf(account: Account, request: CreateBroadcastDto): string {
  if (account.kind !== 'service') {
    throw new DomainError(
      'unprocessable',
      'channel_not_for_account',
      `${account.appid} is a mini program: template messages are sent by service accounts only`,
    );
  }
  return request.channel ?? TEMPLATE_CHANNEL;
}

function messageOf(request: CreateBroadcastDto, template: Template): MessageContent {
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

function fieldsOf(
  { fields, content }: CreateBroadcastDto,
  template: Template,
): Record<string, string> {
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
