import {
  ApiExtraModels,
  ApiHideProperty,
  ApiProperty,
  ApiPropertyOptional,
  getSchemaPath,
} from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  Allow,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  IsUrl,
  Length,
  Matches,
  Max,
  Min,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { PageQuery } from '../http/cursor.js';
import {
  AllAudienceDto,
  AUDIENCE_DISCRIMINATOR,
  AudienceDto,
  type AudienceRequest,
  OpenidsAudienceDto,
} from './audience.dto.js';
import { SHOWN_STATES, type ShownState } from './shown-state.js';

/** No control characters and no half surrogate pairs: Postgres stores neither in text nor in jsonb. */
const STORABLE = /^[^\p{Cc}\p{Cs}]+$/u;
const PRINTABLE_ASCII = /^[\x21-\x7e]+$/;
const MOST_SENDS_PER_SECOND = 100_000;

/** The mini program that a tap opens; WeChat prefers it to `url`. */
export class MiniprogramDto {
  @IsString()
  @Matches(/^wx[0-9a-zA-Z]{16}$/, { message: 'appid must be "wx" and 16 letters or digits' })
  appid!: string;

  @IsOptional()
  @IsString()
  @Length(1, 1024)
  @Matches(STORABLE, { message: 'pagepath must not contain control characters' })
  pagepath?: string;
}

@ApiExtraModels(AllAudienceDto, OpenidsAudienceDto)
export class CreateBroadcastDto {
  @IsString()
  @Length(1, 64)
  @Matches(PRINTABLE_ASCII, { message: 'appid must be printable ASCII' })
  appid!: string;

  /** The WeChat API that sends; `template` where it is left out. */
  @IsOptional()
  @IsString()
  channel?: string;

  @IsString()
  @Length(1, 128)
  @Matches(PRINTABLE_ASCII, { message: 'templateId must be printable ASCII' })
  templateId!: string;

  /** One value per field of the template, e.g. `{ "thing1": "Spring sale" }`. Either this or `content`. */
  @ApiPropertyOptional({ type: 'object', additionalProperties: { type: 'string' } })
  @IsOptional()
  @IsObject()
  fields?: Record<string, string>;

  /** The template's text with each `{{name.DATA}}` filled as `{{name.value}}`. Either this or `fields`. */
  @IsOptional()
  @IsString()
  @Length(1, 20_000)
  content?: string;

  /** Where a tap leads. */
  @IsOptional()
  @IsUrl({ protocols: ['http', 'https'], require_protocol: true, require_tld: false })
  @Length(1, 2048)
  @Matches(STORABLE, { message: 'url must not contain control characters' })
  url?: string;

  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => MiniprogramDto)
  miniprogram?: MiniprogramDto;

  @ApiProperty({
    oneOf: [{ $ref: getSchemaPath(AllAudienceDto) }, { $ref: getSchemaPath(OpenidsAudienceDto) }],
  })
  @IsObject()
  @ValidateNested()
  @Type(() => AudienceDto, AUDIENCE_DISCRIMINATOR)
  audience!: AudienceRequest;

  /** For people: how the broadcast is called in lists. */
  @IsOptional()
  @IsString()
  @Length(1, 128)
  @Matches(STORABLE, { message: 'name must not contain control characters' })
  name?: string;

  /** A cap of this broadcast's own, beside the account's. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MOST_SENDS_PER_SECOND)
  sendsPerSecond?: number;

  @ApiHideProperty()
  @Allow()
  exclude?: unknown;

  @ApiHideProperty()
  @Allow()
  draft?: unknown;

  @ApiHideProperty()
  @Allow()
  startAt?: unknown;

  @ApiHideProperty()
  @Allow()
  sendHours?: unknown;
}

/** What may change while a broadcast runs. */
export class ChangeBroadcastDto {
  /** A cap of this broadcast's own, beside the account's; null removes it. */
  @ApiProperty({ type: 'integer', nullable: true, minimum: 1, maximum: MOST_SENDS_PER_SECOND })
  @ValidateIf(({ sendsPerSecond }: ChangeBroadcastDto) => sendsPerSecond !== null)
  @IsInt()
  @Min(1)
  @Max(MOST_SENDS_PER_SECOND)
  sendsPerSecond!: number | null;
}

export const PURPOSES = ['broadcast', 'test', 'single'] as const;
export type Purpose = (typeof PURPOSES)[number];

export class BroadcastListQuery extends PageQuery {
  @IsOptional()
  @IsString()
  @Length(1, 64)
  @Matches(PRINTABLE_ASCII, { message: 'appid must be printable ASCII' })
  appid?: string;

  @IsOptional()
  @IsIn(SHOWN_STATES)
  state?: ShownState;

  /** Test and single messages are left out unless asked for. */
  @IsOptional()
  @IsIn(PURPOSES)
  purpose: Purpose = 'broadcast';
}
