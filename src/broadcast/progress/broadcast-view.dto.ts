import { withoutOpenids } from '../../audiences/define/sources.js';
import type { ResolvedAudience } from '../../audiences/record/resolved-audience.js';
import { NoticeView } from '../../http/warning-view.js';
import { ApiProperty, IntersectionType } from '@nestjs/swagger';
import { AccountFaultView } from '../../accounts/account-fault-view.js';
import { type Account, ACCOUNT_KINDS, type AccountKind } from '../../accounts/account.js';
import { colorOf } from '../../accounts/account-color.js';
import type { Warning } from '../../kernel/warning.js';
import { WarningView } from '../../http/warning-view.js';
import { type BroadcastReport, receiptsOpen } from './broadcast-reports.js';
import type { Purpose } from './broadcast-list.dto.js';
import type {
  Canary,
  CapOverride,
  RecordedActor,
  SendHours,
} from '../engine/record/engine.tables.js';
import { DELIVERY_STATES, type DeliveryState, type HoldReason } from '../engine/record/states.js';
import { DEFAULT_ZONE } from '../../kernel/time-zone.js';
import { explained } from './explained-errcode.js';
import { HoldView, toHoldView } from './hold-view.dto.js';
import { MessageView } from './message-view.dto.js';
import type { Can } from '../../access/can.js';
import type { Action } from './can.js';
import { BroadcastCanView } from './can.dto.js';
import { type LimitedBy, totalOf } from './progress.js';
import type { QuotaFit } from './quota-fit.js';
import { isMissing } from '../compose/missing-audience.js';
import { etagOf } from '../compose/revision-stale.js';
import { CanaryDto, CapOverrideDto, SendHoursDto } from '../compose/schedule.dto.js';
import { shownState, type ShownState } from './shown-state.js';
import { ActorView, ShownView } from './shown/shown.dto.js';
import type { Shown } from './shown/shown.js';

/** How many deliveries WeChat refused with which errcode, what it means and what is done about it. */
class ErrorCountView {
  errcode!: number;
  count!: number;
  meaning!: NoticeView;
  remedy!: string;
}

class PlannedDayView {
  /** A WeChat day, `2026-11-21`. */
  day!: string;
  sends!: number;
}

/** How what is left of it fits into WeChat's daily quota. */
class QuotaFitView {
  day!: string;
  /** What may be sent in a whole day, without the reserve for other systems. */
  perDay!: number;
  /** What may still be sent today. */
  left!: number;
  resetsAt!: string;
  /** Whether the rest still goes out today. */
  fits!: boolean;
  /** How many go out on which day, if it has the quota to itself. */
  // A `readonly` array would be no array to the OpenAPI document.
  plan!: PlannedDayView[];
}

/** How many were never sent to, and why: `suppressed`, `unsubscribed`, `contact_cap`, `cancelled`, `no_form_id`. */
class SkippedView {
  reason!: string;
  count!: number;
}

/** How far a broadcast is. */
class BroadcastProgressView {
  /** For scripts; `shown` says more. */
  state!: ShownState;
  @ApiProperty({ type: ShownView })
  shown!: Shown;
  holds!: HoldView[];
  /** The reasons among them; it sends only while there is none. */
  heldBy!: HoldReason[];
  /** `worker`: it runs, and for ten seconds no process with that role has taken it up. */
  @ApiProperty({ type: 'string', enum: ['worker'], nullable: true })
  waitingFor!: 'worker' | null;
  /** Whether the whole audience has been read: only then is `total` final. */
  expanded!: boolean;
  total!: number;
  /** Recipients by what became of them. */
  @ApiProperty({
    type: 'object',
    properties: Object.fromEntries(DELIVERY_STATES.map((state) => [state, { type: 'integer' }])),
    required: [...DELIVERY_STATES],
    selfRequired: true,
  })
  counts!: Readonly<Record<DeliveryState, number>>;
  /** Accepted by WeChat or under its review (`reviewing`), and no receipt has come yet. */
  receiptsOpen!: number;
  /** Messages a second over the last seconds; at the first look, since the start. */
  ratePerSecond!: number;
  /** The least of the account's present rate, the account's cap and the broadcast's own. */
  allowedPerSecond!: number;
  /**
   * `holds` (a person must act), `quota` and `hours` (it goes on by itself), `account`, `wechat` (WeChat wants a rest),
   * `single_file`, `wechat_busy`, `wechat_frequent`, `wechat_slow`, `wechat_limited` (trouble made the rate fall),
   * `slow_start`, `expansion`, `rate`, `own_rate`, `window`, or null.
   */
  limitedBy!: LimitedBy | null;
  /** Why nothing of its account goes out, in both languages; null where nothing is wrong, or the broadcast has ended. */
  @ApiProperty({ type: AccountFaultView, nullable: true })
  accountFault!: AccountFaultView | null;
  /** Until the last message is out; null while nobody can tell. */
  etaSeconds!: number | null;
  /** How the rest fits into WeChat's daily quota; null once it has ended, and where nobody has said a limit. */
  quota!: QuotaFitView | null;
  errors!: ErrorCountView[];
  skipped!: SkippedView[];
  /** Receipts that contradict what WeChat had answered; they move nothing. */
  contradicted!: number;
}

/** The account of a broadcast, as a page names it. */
export class BroadcastAccountView {
  name!: string;
  /** At most four characters, for narrow places. */
  shortName!: string | null;
  /** One of eight, 0 to 7. */
  color!: number;
  @ApiProperty({ enum: ACCOUNT_KINDS })
  kind!: AccountKind;
  /** Whether its WeChat is the simulated one. */
  sandbox!: boolean;
}

class TemplateTitleView {
  /** Null where no template of that id was ever read, and in a channel without templates. */
  title!: string | null;
}

/** Something that a draft lacks before it can start. */
export class FaultView extends NoticeView {
  /** The member that it is about, as in `fields.thing1`. */
  path!: string;
}

/** The last test of a broadcast's message. */
export class LastTestView {
  /** Of the test, which is a broadcast too. */
  id!: string;
  at!: string;
  @ApiProperty({ type: ActorView, nullable: true })
  by!: RecordedActor | null;
  /** Whether message or template have changed since; the name, the audience and the times do not matter. */
  stale!: boolean;
}

/** A broadcast as the API shows it. */
export class BroadcastView extends IntersectionType(MessageView, BroadcastProgressView) {
  id!: string;
  /** Another one after each change; in quotes, it goes into `If-Match`. */
  etag!: string;
  /** One more with each sitting in which somebody changed it. */
  revision!: number;
  appid!: string;
  account!: BroadcastAccountView;
  template!: TemplateTitleView;
  name!: string | null;
  purpose!: Purpose;
  /** What keeps a second copy from the phone when WeChat's answer was lost: `none` ends as `unknown`. */
  protection!: BroadcastReport['protection'];
  /** `openids` says how many there are, and how many were named more than once. */
  @ApiProperty({ type: 'object', additionalProperties: true, nullable: true })
  audience!: ResolvedAudience | null;
  /** Its own cap, beside the account's. */
  sendsPerSecond!: number | null;
  startAt!: string | null;
  /** The zone in which people named `startAt`. */
  startZone!: string;
  /** Until then `undo` takes its start back; null where it has none to take back. */
  undoUntil!: string | null;
  freezeAudience!: 'creation' | 'start';
  @ApiProperty({ type: SendHoursDto, nullable: true })
  sendHours!: SendHours | null;
  @ApiProperty({ type: CanaryDto, nullable: true })
  canary!: Canary | null;
  canaryPassedAt!: string | null;
  /** Of a draft: the members that could not be sent, as they were given. The members beside it have none of them. */
  @ApiProperty({ type: 'object', additionalProperties: true })
  asGiven?: Readonly<Record<string, unknown>>;
  resendFailed!: boolean;
  /** Why it goes to people beyond the account's contact cap; null where that holds. */
  @ApiProperty({ type: CapOverrideDto, nullable: true })
  contactCap!: CapOverride | null;
  createdAt!: string;
  /** Who made it; null where an earlier release did. */
  @ApiProperty({ type: ActorView, nullable: true })
  createdBy!: RecordedActor | null;
  startedAt!: string | null;
  expandedAt!: string | null;
  endedAt!: string | null;
  /** Since when lists leave it out; null where they show it. */
  archivedAt!: string | null;
}

/** With what somebody should know of the message: what a phone will not show, or perhaps not. */
export class WarnedBroadcastView extends BroadcastView {
  /** What the caller can do to it now, and why not. */
  @ApiProperty({ type: BroadcastCanView })
  can!: Readonly<Record<Action, Can>>;
  warnings!: WarningView[];
  /** What is in the way of its start, all of it: of a draft that is shown alone. */
  faults?: FaultView[];
  /** The last test that named it; null where there was none. Of one that is shown alone and has not started. */
  @ApiProperty({ type: LastTestView, nullable: true, required: false })
  test?: LastTestView | null;
}

export const toAccountView = ({ appid, name, shortName, color, kind, apiBase }: Account) =>
  ({
    name,
    shortName,
    color: color ?? colorOf(appid),
    kind,
    sandbox: apiBase !== null,
  }) satisfies BroadcastAccountView;

function toView(report: BroadcastReport, title: string | null): BroadcastView {
  const { broadcast } = report;
  return {
    id: broadcast.id,
    etag: etagOf(broadcast),
    revision: broadcast.revision,
    appid: report.appid,
    account: toAccountView(report.account),
    name: broadcast.name,
    purpose: broadcast.purpose,
    channel: broadcast.channel,
    protection: report.protection,
    templateId: broadcast.templateId,
    template: { title },
    ...broadcast.message,
    audience: withoutOpenids(broadcast.audience),
    sendsPerSecond: broadcast.sendsPerSecond,
    startAt: broadcast.startAt?.toISOString() ?? null,
    startZone: broadcast.startZone ?? DEFAULT_ZONE,
    undoUntil: undoUntilOf(broadcast)?.toISOString() ?? null,
    freezeAudience: broadcast.freezeAudience,
    sendHours: broadcast.sendHours,
    canary: broadcast.canary,
    canaryPassedAt: broadcast.canaryPassedAt?.toISOString() ?? null,
    resendFailed: broadcast.resendFailed,
    contactCap: broadcast.contactCap,
    ...toProgress(report),
    createdAt: broadcast.createdAt.toISOString(),
    createdBy: broadcast.createdBy,
    startedAt: broadcast.startedAt?.toISOString() ?? null,
    expandedAt: broadcast.expandedAt?.toISOString() ?? null,
    endedAt: broadcast.endedAt?.toISOString() ?? null,
    archivedAt: broadcast.archivedAt?.toISOString() ?? null,
    ...shownDraft(broadcast),
  };
}

const shownDraft = ({ state, audience, draft }: BroadcastReport['broadcast']): object => {
  if (state !== 'draft') return {};
  return { ...(isMissing(audience) && { audience: null }), asGiven: draft ?? {} };
};

const undoUntilOf = ({ state, undoUntil }: BroadcastReport['broadcast']): Date | null =>
  state === 'scheduled' ? undoUntil : null;

/** What is not in its report. */
interface AlsoShown {
  readonly title: string | null;
  readonly can: Readonly<Record<Action, Can>>;
  readonly warnings: Warning[];
}

export const toWarnedView = (
  report: BroadcastReport,
  { title, ...also }: AlsoShown,
): WarnedBroadcastView => Object.assign(toView(report, title), also);

/** What tallies of skipped recipients begin with. */
const SKIPPED = 'skipped:';

export const skippedIn = (tallies: BroadcastReport['tallies']): SkippedView[] =>
  tallies.flatMap(({ what, count }) =>
    what.startsWith(SKIPPED) ? [{ reason: what.slice(SKIPPED.length), count }] : [],
  );

export function toProgress(report: BroadcastReport) {
  const { broadcast, counts, holds } = report;
  return {
    state: shownState(broadcast.state, holds),
    shown: report.shown,
    holds: holds.map(toHoldView),
    heldBy: [...new Set(holds.map(({ reason }) => reason))],
    waitingFor: report.untaken ? ('worker' as const) : null,
    expanded: broadcast.expandedAt !== null,
    total: totalOf(counts),
    counts,
    receiptsOpen: receiptsOpen(report),
    ratePerSecond: report.ratePerSecond,
    allowedPerSecond: report.allowedPerSecond,
    limitedBy: report.limitedBy,
    accountFault: broadcast.closedAt === null ? report.account.fault : null,
    etaSeconds: report.etaSeconds,
    quota: report.quota && toQuotaView(report.quota),
    errors: report.errors.map((error) => ({ ...error, ...explained(error.errcode) })),
    skipped: skippedIn(report.tallies),
    contradicted: report.tallies.find(({ what }) => what === 'contradicted')?.count ?? 0,
  } satisfies BroadcastProgressView;
}

const toQuotaView = ({ resetsAt, plan, ...fit }: QuotaFit): QuotaFitView => ({
  ...fit,
  resetsAt: resetsAt.toISOString(),
  plan: [...plan],
});
