import {
  ApiExtraModels,
  ApiHideProperty,
  ApiProperty,
  getSchemaPath,
  OmitType,
  PartialType,
  PickType,
} from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  Allow,
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  IsUUID,
  Length,
  Matches,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import { expects } from '../../http/rule-words.js';
import { CHANNEL_NAMES, type ChannelName } from '../../wechat/message-channel.js';
import {
  AUDIENCE_DISCRIMINATOR,
  AudienceDto,
  type AudienceRequest,
  AUDIENCES,
} from './audience.dto.js';
import { HasOneOf, IsInstant, IsZone, PRINTABLE_ASCII, STORABLE } from '../../http/member-rules.js';
import { MessageDto } from './message.dto.js';
import { CanaryDto, CapOverrideDto, SendHoursDto } from './schedule.dto.js';

const MAX_SENDS_PER_SECOND = 100_000;
/** A test goes to a few people who expect it, not to an audience. */
const MAX_TESTED = 20;

const FREEZES = ['creation', 'start'] as const;

/** Everything about a broadcast but who receives it. */
export class BroadcastBodyDto extends MessageDto {
  /** The account that sends. */
  @IsString()
  @Length(1, 64)
  @Matches(PRINTABLE_ASCII, expects('只能含可打印的 ASCII 字符', 'appid must be printable ASCII'))
  appid!: string;

  /** The WeChat API that sends; `template` where it is left out. */
  @ApiProperty({
    required: false,
    default: 'template',
    oneOf: [
      { type: 'string', enum: CHANNEL_NAMES.filter((name) => name !== 'wxopen-template') },
      {
        type: 'string',
        enum: ['wxopen-template'],
        deprecated: true,
        description:
          'Retired by WeChat on 2020-01-10, which answers 45103. 微信已下线，默认关闭（WXOPEN_TEMPLATE）。',
      },
    ],
  })
  @IsOptional()
  @IsIn(CHANNEL_NAMES)
  channel?: ChannelName | null;

  /** For people: how the broadcast is called in lists. */
  @IsOptional()
  @IsString()
  @Length(1, 128)
  @Matches(STORABLE, expects('不能含有控制字符', 'name must not contain control characters'))
  name?: string | null;

  /** A cap of this broadcast's own, beside the account's. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MAX_SENDS_PER_SECOND)
  sendsPerSecond?: number | null;

  /** Whether it waits for `POST /v1/broadcasts/:id/start`. */
  @IsOptional()
  @IsBoolean()
  draft?: boolean | null;

  /**
   * When it starts, with offset; at once where it is left out, or up to 30 minutes ago. At most a
   * year ahead. A start that nobody was there for in 30 minutes waits for a person: hold `stale`.
   */
  @IsOptional()
  @IsInstant()
  startAt?: string | null;

  /** The zone in which people named `startAt`, for showing it; `Asia/Shanghai` where it is left out. */
  @IsOptional()
  @IsZone()
  startZone?: string | null;

  /** Who receives a scheduled broadcast: whoever is there once it is scheduled (`creation`), or at its start, as where it is left out. */
  @ApiProperty({ enum: FREEZES, required: false })
  @IsOptional()
  @IsIn(FREEZES)
  freezeAudience?: (typeof FREEZES)[number] | null;

  /** At which hours it sends; at any hour where it is left out. */
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => SendHoursDto)
  sendHours?: SendHoursDto | null;

  /** The first recipients, whose receipts are awaited before the others get it. */
  @IsOptional()
  @IsObject()
  @HasOneOf('first', 'percent')
  @ValidateNested()
  @Type(() => CanaryDto)
  canary?: CanaryDto | null;

  /** Whether a message that failed by WeChat's own fault is sent again. */
  @IsOptional()
  @IsBoolean()
  resendFailed?: boolean | null;

  /** That it goes to people whom the account's contact cap (`policy.contactCap`) would spare, and why. */
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => CapOverrideDto)
  contactCap?: CapOverrideDto | null;

  @ApiHideProperty()
  @Allow()
  exclude?: unknown;
}

@ApiExtraModels(...AUDIENCES)
export class CreateBroadcastDto extends BroadcastBodyDto {
  /** Who receives it. */
  @ApiProperty({ oneOf: AUDIENCES.map((audience) => ({ $ref: getSchemaPath(audience) })) })
  @IsObject()
  @ValidateNested()
  @Type(() => AudienceDto, AUDIENCE_DISCRIMINATOR)
  audience!: AudienceRequest;

  /** The preflight of this very body, where the account wants one. No part of what an `Idempotency-Key` stands for. */
  @IsOptional()
  @IsUUID(undefined, expects('应为发送前检查的 id', 'preflightId must be the id of a preflight'))
  preflightId?: string | null;
}

/** All that a draft may not lack. */
export class DraftAccountDto extends PickType(CreateBroadcastDto, ['appid'] as const) {}

/**
 * The same body with a few openids in place of the audience. It goes out at once: what says when,
 * and to how many first, is taken for the sake of the same body, and means nothing here.
 */
export class TestBroadcastDto extends BroadcastBodyDto {
  /** Up to 20 people who expect it. */
  @IsArray()
  @ArrayMaxSize(MAX_TESTED)
  openids!: string[];

  /** The id of the broadcast whose message this is: its `test` tells then whether the test still holds. */
  @IsOptional()
  @IsUUID(undefined, expects('应为任务 id', 'broadcastId must be the id of a broadcast'))
  broadcastId?: string | null;
}

/**
 * What is left out stays; null removes. Before the start anything may change, while it runs
 * `sendsPerSecond` and `sendHours`.
 */
export class ChangeBroadcastDto extends PartialType(
  OmitType(CreateBroadcastDto, ['appid', 'channel', 'draft', 'exclude', 'preflightId'] as const),
  { skipNullProperties: false },
) {}
