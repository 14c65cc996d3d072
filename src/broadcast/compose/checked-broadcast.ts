import type { ChannelName, MessageContent } from '../../wechat/message-channel.js';
import type { DedupeKey } from './dedupe-key.js';
import type { BroadcastRow } from '../engine/record/broadcasts.js';
import type { Canary, SendHours } from '../engine/record/engine.tables.js';

/** Who shall receive it, as it is written down; `openids` go into a table of their own. */
export type CheckedAudience =
  | { readonly kind: 'all' | 'granted' | 'hasFormId' }
  | {
      readonly kind: 'openids';
      readonly count: number;
      readonly duplicates: number;
      readonly openids: readonly string[];
    };

/** What everybody receives, in which nothing is left to refuse. */
export interface CheckedMessage {
  readonly channel: ChannelName;
  readonly templateId: string;
  readonly message: MessageContent;
}

/** When and how it is sent. */
export interface BroadcastSettings {
  readonly name: string | null;
  readonly sendsPerSecond: number | null;
  readonly startAt: Date | null;
  readonly startZone: string | null;
  readonly freezeAudience: 'creation' | 'start';
  readonly sendHours: SendHours | null;
  readonly canary: Canary | null;
  readonly resendFailed: boolean;
}

/** A broadcast that is about to be written down. */
export interface NewBroadcast extends CheckedMessage, BroadcastSettings {
  readonly id: string;
  readonly accountId: number;
  readonly purpose: BroadcastRow['purpose'];
  readonly audience: CheckedAudience;
  /** Neither starts nor is scheduled yet. */
  readonly isDraft: boolean;
  /** Keeps a second message of this key away; of single messages only. */
  readonly dedupe?: DedupeKey | undefined;
}
