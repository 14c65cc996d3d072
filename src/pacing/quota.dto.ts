import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsISO8601, IsOptional, Matches } from 'class-validator';
import { expects } from '../http/rule-words.js';
import { CHANNEL_NAMES, type ChannelName } from '../wechat/message-channel.js';
import type { QuotaDay } from './quota-days.js';
import type { QuotaStatus } from './quota-ledger.js';

export class QuotaQuery {
  /** Left out: the one that the account's broadcasts live by, `template` or `subscribe`. */
  @ApiPropertyOptional({ enum: CHANNEL_NAMES })
  @IsOptional()
  @IsIn(CHANNEL_NAMES)
  channel?: ChannelName;
}

const dayExpected = expects('应为日期，如 2026-11-21', 'expected a day, such as 2026-11-21');

export class QuotaDaysQuery extends QuotaQuery {
  /** The first WeChat day, `2026-11-21`. Left out: six days before today. */
  @ApiPropertyOptional({ format: 'date' })
  @IsOptional()
  @Matches(/^\d{4}-\d\d-\d\d$/, dayExpected)
  @IsISO8601({ strict: true }, dayExpected)
  from?: string;

  /** The last WeChat day, at most 92 after the first. Left out: today. */
  @ApiPropertyOptional({ format: 'date' })
  @IsOptional()
  @Matches(/^\d{4}-\d\d-\d\d$/, dayExpected)
  @IsISO8601({ strict: true }, dayExpected)
  to?: string;
}

/** What was used of one WeChat day's quota. */
export class QuotaDayView implements QuotaDay {
  /** The WeChat day, `2026-11-21`. */
  readonly day!: string;
  /** Sends of ours. */
  readonly ours!: number;
  /** Sends of other systems, as far as WeChat told. */
  readonly others!: number;
  /** WeChat refused a send of that day with 45009. */
  readonly spent!: boolean;
}

export class QuotaDaysView {
  @ApiProperty({ enum: CHANNEL_NAMES })
  readonly channel!: ChannelName;
  /** In the order of the days; a day without a send is there too. */
  readonly days!: QuotaDayView[];
}

/** How an account stands with WeChat's daily quota of one channel. */
export class QuotaView {
  /** WeChat counts the calls of each API path by itself. */
  @ApiProperty({ enum: CHANNEL_NAMES })
  channel!: ChannelName;
  /** The WeChat day it is about, `2026-11-21`. */
  day!: string;
  resetsAt!: string;
  /** Sends a day: WeChat's own figure or the operator's, the smaller; null while neither is known. */
  limit!: number | null;
  /** The limit without the reserve for other systems. */
  perDay!: number | null;
  /** Sends of ours today. */
  ours!: number;
  /** Sends of other systems today, as far as WeChat told. */
  others!: number;
  /** What may still be sent today; null without a limit. */
  left!: number | null;
  /** WeChat refused a send of today with 45009. */
  spent!: boolean;
  /** When WeChat was asked last. */
  learnedAt!: string | null;
}

export const toQuotaView = (
  channel: ChannelName,
  { resetsAt, learnedAt, ...status }: QuotaStatus,
): QuotaView => ({
  channel,
  ...status,
  resetsAt: resetsAt.toISOString(),
  learnedAt: learnedAt?.toISOString() ?? null,
});
