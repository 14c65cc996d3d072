import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { MessageContent } from '../wechat/message-channel.js';
import { type BroadcastReport, receiptsOpen } from './broadcast.report.js';
import type { Purpose } from './broadcast.dto.js';
import type { AudienceRecord } from './engine/engine.tables.js';
import type { DeliveryState, HoldReason } from './engine/states.js';
import { explained, type Meaning } from './explained-errcode.js';
import { type LimitedBy, totalOf } from './progress.js';
import type { ReportedHold } from './report-query.js';
import { shownState, type ShownState } from './shown-state.js';

/** A reason why a broadcast does not send. */
class HoldView {
  reason!: HoldReason;
  since!: string;
  /** When it lifts itself; absent where a person must. */
  until?: string;
  errcode?: number;
  rid?: string;
  detail?: string;
  meaning?: Meaning;
}

/** How many deliveries WeChat refused with which errcode, what it means and what is done about it. */
class ErrorCountView {
  errcode!: number;
  count!: number;
  meaning!: Meaning;
  remedy!: string;
}

/** How far a broadcast is. */
class BroadcastProgressView {
  state!: ShownState;
  holds!: HoldView[];
  /** Whether the whole audience has been read: only then is `total` final. */
  expanded!: boolean;
  total!: number;
  @ApiProperty({ type: 'object', additionalProperties: { type: 'integer' } })
  counts!: Readonly<Record<DeliveryState, number>>;
  /** Accepted by WeChat, and no receipt has come yet. */
  receiptsOpen!: number;
  /** Messages a second over the last seconds; at the first look, since the start. */
  ratePerSecond!: number;
  /** The least of the account's present rate, the account's cap and the broadcast's own. */
  allowedPerSecond!: number;
  /** `holds`, `account`, `wechat`, `expansion`, `rate`, `window`, or null. */
  limitedBy!: LimitedBy | null;
  /** Until the last message is out; null while nobody can tell. */
  etaSeconds!: number | null;
  errors!: ErrorCountView[];
}

/** A broadcast as the API shows it. */
export class BroadcastView extends BroadcastProgressView {
  id!: string;
  appid!: string;
  name!: string | null;
  purpose!: Purpose;
  channel!: string;
  templateId!: string;
  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' } })
  fields!: Readonly<Record<string, string>>;
  url?: string;
  @ApiPropertyOptional({ type: 'object', additionalProperties: true })
  miniprogram?: MessageContent['miniprogram'];
  /** `openids` says how many there are, and how many were named more than once. */
  @ApiProperty({ type: 'object', additionalProperties: true })
  audience!: AudienceRecord;
  /** Its own cap, beside the account's. */
  sendsPerSecond!: number | null;
  createdAt!: string;
  startedAt!: string | null;
  expandedAt!: string | null;
  endedAt!: string | null;
}

export class BroadcastPageView {
  items!: BroadcastView[];
  next!: string | null;
}

export function toView(report: BroadcastReport): BroadcastView {
  const { broadcast } = report;
  return {
    id: broadcast.id,
    appid: report.appid,
    name: broadcast.name,
    purpose: broadcast.purpose,
    channel: broadcast.channel,
    templateId: broadcast.templateId,
    ...broadcast.message,
    audience: broadcast.audience,
    sendsPerSecond: broadcast.sendsPerSecond,
    ...toProgress(report),
    createdAt: broadcast.createdAt.toISOString(),
    startedAt: broadcast.startedAt?.toISOString() ?? null,
    expandedAt: broadcast.expandedAt?.toISOString() ?? null,
    endedAt: broadcast.endedAt?.toISOString() ?? null,
  };
}

export function toProgress(report: BroadcastReport) {
  const { broadcast, counts, holds } = report;
  return {
    state: shownState(broadcast.state, holds),
    holds: holds.map(toHoldView),
    expanded: broadcast.expandedAt !== null,
    total: totalOf(counts),
    counts,
    receiptsOpen: receiptsOpen(report),
    ratePerSecond: report.ratePerSecond,
    allowedPerSecond: report.allowedPerSecond,
    limitedBy: report.limitedBy,
    etaSeconds: report.etaSeconds,
    errors: report.errors.map((error) => ({ ...error, ...explained(error.errcode) })),
  } satisfies BroadcastProgressView;
}

const toHoldView = ({ reason, since, until, errcode, rid, detail }: ReportedHold): HoldView => ({
  reason,
  since: new Date(since).toISOString(),
  ...(until !== null && { until: new Date(until).toISOString() }),
  ...(errcode !== null && { errcode, meaning: explained(errcode).meaning }),
  ...(rid !== null && { rid }),
  ...(detail !== null && { detail }),
});
