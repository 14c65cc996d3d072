import { ApiProperty } from '@nestjs/swagger';
import { PageQuery } from '../http/cursor.js';
import { CHANNEL_NAMES, type ChannelName } from '../wechat/message-channel.js';

export class OverviewQuery extends PageQuery {}

export const NEEDS_YOU = ['paused', 'stale', 'account_fault', 'account_held'] as const;
export type NeedsYouKind = (typeof NEEDS_YOU)[number];

/** Something that waits for a person. */
export class NeedsYouView {
  @ApiProperty({ enum: NEEDS_YOU })
  kind!: NeedsYouKind;
  count!: number;
  /** The list to open. */
  target!: string;
}

/** What became of the broadcasts of one account that began today; tests and single messages do not count. */
export class TodayView {
  appid!: string;
  name!: string;
  /** Whether nothing of it can be sent until a person has put something right. */
  faulty!: boolean;
  held!: boolean;
  /** Broadcasts that began today. */
  broadcasts!: number;
  /** What WeChat took of them, whatever became of it then. */
  taken!: number;
  /** Of these, what awaits a receipt. */
  accepted!: number;
  reviewing!: number;
  delivered!: number;
  blocked!: number;
  failed!: number;
  refused!: number;
  unknown!: number;
}

/** Today's quota of an account, of the channel by which most of its broadcasts go. */
export class OverviewQuotaView {
  appid!: string;
  @ApiProperty({ enum: CHANNEL_NAMES })
  channel!: ChannelName;
  /** Sends a day; null while nobody knows. */
  limit!: number | null;
  /** What may still be sent today; null without a limit. */
  left!: number | null;
  /** Sends of ours today. */
  ours!: number;
  resetsAt!: Date;
}

/** What somebody sees first. Sandbox accounts are left out of all figures. */
export class OverviewView {
  /** What waits for a person; empty where nothing does. */
  needsYou!: NeedsYouView[];
  /** The newest broadcasts that are under way, as lists have them. */
  @ApiProperty({ type: 'array', items: { $ref: '#/components/schemas/BroadcastRowView' } })
  running!: object[];
  /** A page of accounts, those in trouble first. */
  today!: TodayView[];
  /** Of the same accounts. */
  quota!: OverviewQuotaView[];
  /** `after` for the next page of accounts; null at the end. */
  next!: string | null;
  asOf!: Date;
}
