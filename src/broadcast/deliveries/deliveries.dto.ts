import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, Max, Min } from 'class-validator';
import { PageQuery } from '../../http/cursor.js';
import type { DeliveryRow } from './delivery.statements.js';
import { DELIVERY_STATES, type DeliveryState } from '../engine/record/states.js';
import { NoticeView } from '../../http/warning-view.js';
import { explained } from '../progress/explained-errcode.js';

/** Constants, since Nest's compiler plugin reads no negative number in a decorator and leaves the member out. */
const LEAST_ERRCODE = -999_999;
const GREATEST_ERRCODE = 99_999_999;

export class DeliveriesQuery extends PageQuery {
  /** Only those in this state. */
  @ApiPropertyOptional({ enum: DELIVERY_STATES })
  @IsOptional()
  @IsIn(DELIVERY_STATES)
  state?: DeliveryState;

  /** Without a state: those that ended badly with this errcode. */
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(LEAST_ERRCODE)
  @Max(GREATEST_ERRCODE)
  errcode?: number;
}

/** What became of one recipient. */
export class DeliveryView {
  openid!: string;
  @ApiProperty({ enum: DELIVERY_STATES })
  state!: string;
  /** WeChat's id of the message, as text: it exceeds what JavaScript's numbers hold. */
  msgid!: string | null;
  errcode!: number | null;
  /** What the errcode means and what to do about it. */
  @ApiProperty({ type: NoticeView, nullable: true })
  meaning!: NoticeView | null;
  /** WeChat's id of the refused request. */
  rid!: string | null;
  /** Why it was skipped, or what the receipt said. */
  detail!: string | null;
  attempts!: number;
  queuedAt!: string | null;
  claimedAt!: string | null;
  /** Since when nobody can tell whether WeChat has taken the message. */
  inDoubtSince!: string | null;
  /** When it is tried again. */
  notBefore!: string | null;
  settledAt!: string | null;
  /** The time that WeChat's receipt carries. */
  receiptAt!: string | null;
  /** When WeChat took it into review (40252); it stays, whatever became of the message. */
  reviewedAt!: string | null;
}

export class DeliveryPageView {
  items!: DeliveryView[];
  next!: string | null;
}

/** Only these states show their doubt. A row in another state keeps the time for the receipts' time rule. */
const IN_DOUBT: readonly string[] = ['pending', 'queued', 'sending', 'unknown'];

export const toDeliveryView = (row: DeliveryRow) =>
  ({
    openid: row.openid,
    state: row.state,
    msgid: row.msgid,
    errcode: row.errcode,
    meaning: row.errcode === null ? null : explained(row.errcode).meaning,
    rid: row.rid,
    detail: row.detail,
    attempts: row.attempts,
    queuedAt: iso(row.queued_at),
    claimedAt: iso(row.claimed_at),
    inDoubtSince: IN_DOUBT.includes(row.state) ? iso(row.in_doubt_since) : null,
    notBefore: iso(row.not_before),
    settledAt: iso(row.settled_at),
    receiptAt: iso(row.receipt_at),
    reviewedAt: iso(row.reviewed_at),
  }) satisfies DeliveryView;

const iso = (at: Date | null): string | null => at?.toISOString() ?? null;
