import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  IsObject,
  IsOptional,
  IsString,
  IsUrl,
  Length,
  Matches,
  ValidateNested,
} from 'class-validator';
import { PRINTABLE_ASCII, STORABLE } from './text-patterns.js';

/** The mini program that a tap opens; WeChat prefers it to `url`. */
export class MiniprogramDto {
  @IsString()
  @Matches(/^wx[0-9a-zA-Z]{16}$/, { message: 'appid must be "wx" and 16 letters or digits' })
  appid!: string;

  @IsOptional()
  @IsString()
  @Length(1, 1024)
  @Matches(STORABLE, { message: 'pagepath must not contain control characters' })
  pagepath?: string | null;
}

/** What everybody receives. */
export class MessageDto {
  @IsString()
  @Length(1, 128)
  @Matches(PRINTABLE_ASCII, { message: 'templateId must be printable ASCII' })
  templateId!: string;

  /** One value per field of the template, e.g. `{ "thing1": "Spring sale" }`. Either this or `content`. */
  @ApiPropertyOptional({ type: 'object', additionalProperties: { type: 'string' } })
  @IsOptional()
  @IsObject()
  fields?: Record<string, string> | null;

  /** The template's text with each `{{name.DATA}}` filled as `{{name.value}}`. Either this or `fields`. */
  @IsOptional()
  @IsString()
  @Length(1, 20_000)
  content?: string | null;

  /** Where a tap leads. */
  @IsOptional()
  @IsUrl({ protocols: ['http', 'https'], require_protocol: true, require_tld: false })
  @Length(1, 2048)
  @Matches(STORABLE, { message: 'url must not contain control characters' })
  url?: string | null;

  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => MiniprogramDto)
  miniprogram?: MiniprogramDto | null;
}
