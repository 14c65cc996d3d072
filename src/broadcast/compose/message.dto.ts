import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import {
  IsIn,
  IsObject,
  IsOptional,
  IsString,
  Length,
  Matches,
  ValidateNested,
} from 'class-validator';
import { expects } from '../../http/rule-words.js';
import { PRINTABLE_ASCII, STORABLE } from '../../http/member-rules.js';
import { EmptyIsLeftOut, IsWebAddress } from './web-address.js';

const MINIPROGRAM_STATES = ['developer', 'trial', 'formal'] as const;
const LANGUAGES = ['zh_CN', 'en_US', 'zh_HK', 'zh_TW'] as const;
const NO_SPACES = /^[^\p{Z}\p{Cc}\p{Cs}]*$/u;

/** The mini program that a tap opens; WeChat prefers it to `url`. */
export class MiniprogramDto {
  /** The mini program's appid. */
  @IsString()
  @Matches(
    /^wx[0-9a-zA-Z]{16}$/,
    expects('应为 "wx" 加 16 个字母或数字', 'appid must be "wx" and 16 letters or digits'),
  )
  appid!: string;

  /** Its page, with a query; its first page where it is left out. */
  @EmptyIsLeftOut()
  @IsOptional()
  @IsString()
  @Length(1, 1024)
  @Matches(STORABLE, expects('不能含有控制字符', 'pagepath must not contain control characters'))
  pagepath?: string | null;
}

/** What everybody receives. */
export class MessageDto {
  /** WeChat's id of the template. */
  @IsString()
  @Length(1, 128)
  @Matches(
    PRINTABLE_ASCII,
    expects('只能含可打印的 ASCII 字符', 'templateId must be printable ASCII'),
  )
  templateId!: string;

  /** One value per field of the template, e.g. `{ "thing1": "Spring sale" }`. Either this or `content`. */
  @ApiPropertyOptional({ type: 'object', additionalProperties: { type: 'string' } })
  // As it came: class-transformer would drop what is called like a member of every object, without a word.
  @Transform(({ obj }: { obj: { fields?: unknown } }) => obj.fields)
  @IsOptional()
  @IsObject()
  fields?: Record<string, string> | null;

  /** The template's text with each `{{name.DATA}}` filled as `{{name.value}}`. Either this or `fields`. */
  @IsOptional()
  @IsString()
  @Length(1, 20_000)
  content?: string | null;

  /** Where a tap leads. */
  @EmptyIsLeftOut()
  @IsOptional()
  @Length(1, 2048)
  @IsWebAddress()
  url?: string | null;

  /** The mini program that a tap opens, in place of `url`. */
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => MiniprogramDto)
  miniprogram?: MiniprogramDto | null;

  /** The page of the mini program that a tap opens, with its query; of `bizsend`, an address as well. */
  @EmptyIsLeftOut()
  @IsOptional()
  @IsString()
  @Length(1, 1024)
  @Matches(
    NO_SPACES,
    expects('不能含有空格或控制字符', 'page must not contain spaces or control characters'),
  )
  page?: string | null;

  /** Which version of the mini program a tap opens; the released one where it is left out. */
  @ApiPropertyOptional({ enum: MINIPROGRAM_STATES })
  @IsOptional()
  @IsIn(MINIPROGRAM_STATES)
  miniprogramState?: (typeof MINIPROGRAM_STATES)[number] | null;

  /** What language the mini program is opened in; `zh_CN` where it is left out. */
  @ApiPropertyOptional({ enum: LANGUAGES })
  @IsOptional()
  @IsIn(LANGUAGES)
  lang?: (typeof LANGUAGES)[number] | null;

  /** Of `one-time`: the occasion that the recipient agreed to, from `0` to `10000`. */
  @IsOptional()
  @IsString()
  @Matches(
    /^(\d{1,4}|10000)$/,
    expects('应为文本，从 "0" 到 "10000"', 'scene must be text, from "0" to "10000"'),
  )
  scene?: string | null;

  /** Of `one-time`: what the message is called. */
  @IsOptional()
  @IsString()
  @Length(1, 15)
  @Matches(STORABLE, expects('不能含有控制字符', 'title must not contain control characters'))
  title?: string | null;

  /** Of `wxopen-template`, which WeChat has retired: the field that is shown large, such as `keyword1`. */
  @ApiPropertyOptional({ deprecated: true })
  @IsOptional()
  @IsString()
  @Length(1, 64)
  @Matches(PRINTABLE_ASCII, expects('应为字段名', 'emphasisKeyword must name a field'))
  emphasisKeyword?: string | null;
}
