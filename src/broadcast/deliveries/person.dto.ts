import { ApiProperty } from '@nestjs/swagger';
import { NoticeView } from '../../http/warning-view.js';
import { DeliveryView, toDeliveryView } from './deliveries.dto.js';
import type { PersonDelivery, PersonFound } from './person.js';

/** What one account knows of somebody. */
class PersonAccountView {
  appid!: string;
  name!: string;
  /** Null where the openid is not known as a follower's. */
  subscribed!: boolean | null;
  /** The time for which that holds. */
  followsAsOf!: Date | null;
  @ApiProperty({ enum: ['blocked', 'manual'], nullable: true })
  suppressed!: 'blocked' | 'manual' | null;
  suppressedSince!: Date | null;
}

/** One delivery to somebody, with the broadcast that it belongs to. */
export class PersonDeliveryView extends DeliveryView {
  appid!: string;
  broadcastId!: string;
  broadcastName!: string | null;
  templateId!: string;
  purpose!: string;
  broadcastCreatedAt!: Date;
  /** To read to the customer. */
  sentence!: NoticeView;
}

/** Everything about one openid, of the accounts on which the caller may look people up. */
export class PersonView {
  openid!: string;
  /** The accounts that know it. */
  accounts!: PersonAccountView[];
  /** Of the latest delivery; null where there is none on this page. */
  sentence!: NoticeView | null;
  /** Newest first. */
  items!: PersonDeliveryView[];
  next!: string | null;
  /** What was sent before may be there no more: rows of single people are not kept for longer. Null: kept for ever. */
  purgedBefore!: Date | null;
}

export function toPersonView(openid: string, found: PersonFound): PersonView {
  const items = found.items.map(toItem);
  return { ...found, openid, sentence: items[0]?.sentence ?? null, items };
}

const toItem = ({ row, appid, sentence }: PersonDelivery): PersonDeliveryView => ({
  appid,
  broadcastId: row.broadcast_id,
  broadcastName: row.name,
  templateId: row.template_id,
  purpose: row.purpose,
  broadcastCreatedAt: row.created_at,
  sentence,
  ...toDeliveryView(row),
});
