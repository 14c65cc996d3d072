import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, Length, Matches } from 'class-validator';
import { expects } from '../../http/rule-words.js';
import { PageQuery } from '../../http/cursor.js';
import { OPENID_PATTERN } from '../../kernel/ids.js';
import type { Suppression } from './suppressions.service.js';

/** Why nothing is sent to somebody, though they may follow. */
export class FollowerSuppressionView {
  /** `blocked` ends when they subscribe anew, `manual` when an operator removes it. */
  reason!: 'blocked' | 'manual';
  since!: Date;
  note!: string | null;
}

export class SuppressionsQuery extends PageQuery {
  @IsOptional()
  @Matches(
    OPENID_PATTERN,
    expects(
      '应为上一页返回的 `next`（一个 openid）',
      'expected an openid: `next` of the page before',
    ),
  )
  declare after?: string;
}

export class AddSuppressionDto {
  /** A follower's, or of somebody we have never heard of. */
  @Matches(
    OPENID_PATTERN,
    expects('应为 openid：字母、数字、- 和 _', 'expected an openid: letters, digits, - and _'),
  )
  openid!: string;

  /** For whoever wonders later. */
  @ApiPropertyOptional({ maxLength: 500 })
  @IsOptional()
  @IsString()
  @Length(1, 500)
  // Postgres takes no NUL in text.
  @Matches(/^[^\0]*$/, expects('不能含有 NUL 字符', 'expected text without NUL'))
  note?: string;
}

export class SuppressionView extends FollowerSuppressionView {
  openid!: string;
}

export class SuppressionPageView {
  items!: SuppressionView[];
  next!: string | null;
}

export const toSuppressionView = ({
  openid,
  reason,
  since,
  note,
}: Suppression): SuppressionView => ({ openid, reason, since, note });
