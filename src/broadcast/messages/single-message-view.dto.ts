import { ApiProperty, IntersectionType } from '@nestjs/swagger';
import { WarningView } from '../../http/warning-view.js';
import type { Warning } from '../../kernel/warning.js';
import { DeliveryView, toDeliveryView } from '../deliveries/deliveries.dto.js';
import type { HoldReason } from '../engine/record/states.js';
import { HoldView, toHoldView } from '../progress/hold-view.dto.js';
import { MessageView } from '../progress/message-view.dto.js';
import type { SingleMessageReport } from './single-message-reports.js';

/** A message to one recipient, as it was asked for: the same for everybody who asks with its key, whenever. */
class AcceptedMessageView extends MessageView {
  id!: string;
  appid!: string;
  openid!: string;
  name!: string | null;
  createdAt!: string;
}

/** With what somebody should know of it: what a phone will not show, or perhaps not. */
export class WarnedMessageView extends AcceptedMessageView {
  warnings!: WarningView[];
}

/** And what became of it. */
export class SingleMessageView extends IntersectionType(AcceptedMessageView, DeliveryView) {
  /** Why it is not sent yet; it is sent only while there is none. */
  holds!: HoldView[];
  heldBy!: HoldReason[];
  /** `worker`: for ten seconds no process with that role has taken it up. */
  @ApiProperty({ type: 'string', enum: ['worker'], nullable: true })
  waitingFor!: 'worker' | null;
}

export const toWarnedMessageView = (
  report: SingleMessageReport,
  warnings: Warning[],
): WarnedMessageView => ({ ...askedFor(report), warnings });

export const toSingleMessageView = (report: SingleMessageReport): SingleMessageView => ({
  ...askedFor(report),
  ...toDeliveryView(report),
  holds: report.holds.map(toHoldView),
  heldBy: report.holds.map(({ reason }) => reason),
  waitingFor: report.untaken ? 'worker' : null,
});

const askedFor = (report: SingleMessageReport) => ({
  id: report.id,
  appid: report.appid,
  openid: report.openid,
  name: report.name,
  channel: report.channel,
  templateId: report.template_id,
  ...report.message,
  createdAt: report.created_at.toISOString(),
});
