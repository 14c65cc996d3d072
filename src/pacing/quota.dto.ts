import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { CHANNEL_NAMES, type ChannelName } from '../wechat/message-channel.js';
import type { QuotaStatus } from './quota-ledger.js';

export class QuotaQuery {
  /** Left out: the one that the account's broadcasts live by, `template` or `subscribe`. */
  @ApiPropertyOptional({ enum: CHANNEL_NAMES })
  @IsOptional()
  @IsIn(CHANNEL_NAMES)
  channel?: ChannelName;
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
