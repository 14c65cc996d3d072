import type { HotStatement } from '../../database/hot-sql.js';
import { onlyDeliveryOf } from '../engine/record/delivery-range.js';
import type { ChannelName, MessageContent } from '../../wechat/message-channel.js';
import { DELIVERY_COLUMNS, type DeliveryRow } from '../deliveries/delivery.statements.js';
import type { ReportedHold } from '../progress/report-query.js';

/** A single message: its broadcast, what holds it, and the one delivery, in one snapshot. */
export interface SingleMessageRow extends Omit<DeliveryRow, 'openid' | 'state'> {
  readonly id: string;
  readonly account_id: number;
  readonly name: string | null;
  readonly channel: ChannelName;
  readonly template_id: string;
  readonly message: MessageContent;
  readonly created_at: Date;
  readonly purged_at: Date | null;
  readonly holds: readonly ReportedHold[];
  /** Both null once retention has given up the delivery. */
  readonly openid: string | null;
  readonly state: string | null;
}

/** $1 broadcast id */
export const SINGLE_MESSAGE: HotStatement = {
  name: 'single-message',
  text: `
select b.id, b.account_id, b.name, b.channel, b.template_id, b.message, b.created_at, b.purged_at,
  (select coalesce(json_agg(h order by h.since), '[]') from broadcast_hold h
    where h.broadcast_id = b.id) as holds,
  ${DELIVERY_COLUMNS}
from broadcast b
left join ${onlyDeliveryOf('b.id')} on true
where b.id = $1::uuid and b.purpose = 'single'`,
};
