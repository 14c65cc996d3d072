import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, Matches } from 'class-validator';
import { expects } from '../../http/rule-words.js';
import { OPENID_PATTERN } from '../../kernel/ids.js';

export class BlacklistQuery {
  /** `next` of the page before. */
  @ApiPropertyOptional({ description: '`next` of the page before' })
  @IsOptional()
  @Matches(
    OPENID_PATTERN,
    expects(
      '应为上一页返回的 `next`（一个 openid）',
      'expected an openid: `next` of the page before',
    ),
  )
  after?: string;
}

export class BlacklistedView {
  openid!: string;
}

export class BlacklistPageView {
  /** As WeChat counts. */
  total!: number | null;
  items!: BlacklistedView[];
  next!: string | null;
  /** When WeChat was asked. */
  asOf!: Date;
}
