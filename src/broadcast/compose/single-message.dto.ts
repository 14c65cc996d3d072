import { ApiPropertyOptional, OmitType } from '@nestjs/swagger';
import { IsInt, IsOptional, IsString, Length, Matches, Max, Min } from 'class-validator';
import { expects } from '../../http/rule-words.js';
import { OPENID_PATTERN } from '../../kernel/ids.js';
import { BroadcastBodyDto } from './broadcast.dto.js';
import type { DedupeKey } from './dedupe-key.js';
import { STORABLE } from '../../http/member-rules.js';

const TWO_HOURS = 7_200;
const THIRTY_DAYS = 30 * 24 * 3_600;

/** The body of a broadcast without everything that says to how many, when and how fast. */
export class SingleMessageDto extends OmitType(BroadcastBodyDto, [
  'sendsPerSecond',
  'draft',
  'startAt',
  'startZone',
  'freezeAudience',
  'sendHours',
  'canary',
  'exclude',
] as const) {
  /** Who receives it. */
  @IsString()
  @Matches(
    OPENID_PATTERN,
    expects(
      '应为 1 至 64 个字母、数字、"_" 或 "-"',
      'openid must be 1 to 64 letters, digits, "_" or "-"',
    ),
  )
  openid!: string;

  /**
   * Within its time, the same key for the same account and openid answers with the earlier message
   * and sends nothing. A message that was refused, failed or was skipped frees it.
   */
  @IsOptional()
  @IsString()
  @Length(1, 128)
  @Matches(STORABLE, expects('不能含有控制字符', 'dedupeKey must not contain control characters'))
  dedupeKey?: string | null;

  /** For how long the key holds, from the message on. */
  @ApiPropertyOptional({ default: TWO_HOURS })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(THIRTY_DAYS)
  dedupeTtlSeconds?: number | null;
}

/** Undefined where the request names none. */
export const dedupeKeyOf = ({
  openid,
  dedupeKey,
  dedupeTtlSeconds,
}: SingleMessageDto): DedupeKey | undefined =>
  typeof dedupeKey === 'string'
    ? { openid, key: dedupeKey, ttlSeconds: dedupeTtlSeconds ?? TWO_HOURS }
    : undefined;
