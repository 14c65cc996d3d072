import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { NoticeView } from '../../http/warning-view.js';

const STATES = ['running', 'done', 'failed'] as const;

/** How the audience comes down to those who get it. Each number takes the next reason from what the former ones left. */
export class PreflightCountsView {
  /** Distinct people of each entry of a union, added up. */
  readonly sources!: number;
  /** In several entries, once for each too many. */
  readonly duplicates!: number;
  readonly excluded!: number;
  readonly suppressed!: number;
  readonly unsubscribed!: number;
  /** Their own values do not fit the message. */
  readonly invalid!: number;
  /** Beyond the account's contact cap. */
  readonly cap!: number;
  /** sources − duplicates − excluded − suppressed − unsubscribed − invalid − cap. */
  readonly recipients!: number;
}

/** Between these two moments each person was looked at, once. */
class PreflightSpanView {
  readonly from!: string;
  readonly to!: string;
}

/** Something that is in the way, or that somebody should know. */
export class FindingView extends NoticeView {
  @ApiProperty({ description: 'Both languages in one, for scripts.' })
  readonly message!: string;
  /** What mends it. */
  @ApiProperty({ type: NoticeView })
  readonly fix!: NoticeView;
}

class PreflightDayView {
  /** A WeChat day, `2026-11-21`. */
  readonly day!: string;
  readonly count!: number;
}

/** How it fits into the daily quota, beside whatever else the account sends. */
export class PreflightQuotaView {
  /** What WeChat or the operator allows a day; null where neither is known. */
  readonly limit!: number | null;
  /** Used today, by us and by others. */
  readonly used!: number;
  /** Of the limit, in percent, left to other systems of the account. */
  readonly reservePercent!: number;
  /** What other broadcasts still have to send, those that are scheduled included. */
  readonly reserved!: number;
  /** Theirs, by day. */
  readonly reservedPlan!: PreflightDayView[];
  /** This one's, by day. */
  readonly plan!: PreflightDayView[];
}

/** One of those who would get it, and what they would read. */
export class PreflightSampleView {
  readonly openid!: string;
  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' } })
  readonly fields!: Readonly<Record<string, string>>;
  readonly url!: string | null;
}

/** What would come of a broadcast if it started: an audience walked to its last person. */
export class PreflightView {
  readonly id!: string;
  readonly appid!: string;
  /** Null where a body was asked about. */
  readonly broadcastId!: string | null;
  /** Of the broadcast. */
  readonly revision!: number | null;
  @ApiProperty({ enum: STATES })
  readonly state!: (typeof STATES)[number];
  /** Whether message, template, audience or policy have changed since: it lets nothing start any more. */
  readonly stale!: boolean;
  /** Null until the first page is read. */
  @ApiProperty({ type: PreflightSpanView, nullable: true })
  readonly asOf!: PreflightSpanView | null;
  /** Looked at so far. */
  readonly scanned!: number;
  /** About how many there are to look at; null where nobody knows. */
  readonly expected!: number | null;
  /** `worker` where none has taken it for ten seconds. */
  @ApiPropertyOptional({ enum: ['worker'] })
  readonly waitingFor?: 'worker';
  /** Why it failed. */
  @ApiProperty({ type: NoticeView, nullable: true })
  readonly problem!: NoticeView | null;
  readonly counts!: PreflightCountsView;
  /** Of each entry of a union, in its order. */
  @ApiProperty({ type: [Number] })
  readonly sources!: readonly number[];
  /** What is in the way of its start, as it is now. */
  @ApiProperty({ type: [FindingView] })
  readonly blockers!: readonly FindingView[];
  @ApiProperty({ type: [FindingView] })
  readonly warnings!: readonly FindingView[];
  /** This and what follows come once it is done. */
  @ApiProperty({ type: PreflightQuotaView, nullable: true })
  readonly quota!: PreflightQuotaView | null;
  /** Messages a second that are reckoned with: what the account has reached lately, within all caps. */
  readonly perSecond!: number | null;
  /** When the first message would go out, within send hours. */
  readonly startsAt!: string | null;
  /** Seconds from then to the last one, send hours and quota included. */
  readonly etaSeconds!: number | null;
  /** When the last one would; null where that is more than two months ahead, too. */
  readonly endsAt!: string | null;
  @ApiProperty({ type: [PreflightSampleView] })
  readonly samples!: readonly PreflightSampleView[];
}
