import type { ResolvedAudience } from '../../audiences/record/resolved-audience.js';
import type { ChannelName, MessageContent } from '../../wechat/message-channel.js';
import type { DedupeKey } from './dedupe-key.js';
import type { BroadcastRow } from '../engine/record/broadcasts.js';
import type {
  Canary,
  CapOverride,
  DraftRequest,
  SendHours,
} from '../engine/record/engine.tables.js';

/** Who shall receive a broadcast; `openids` go into a table of their own. */
export type CheckedAudience = Exclude<ResolvedAudience, { kind: 'openids' }> | CheckedOpenids;

export interface CheckedOpenids {
  readonly kind: 'openids';
  readonly count: number;
  readonly duplicates: number;
  readonly openids: readonly string[];
  readonly exclude?: readonly ResolvedAudience[];
}

/** What everybody receives: the message has passed all checks. */
export interface CheckedMessage {
  readonly channel: ChannelName;
  readonly templateId: string;
  readonly message: MessageContent;
}

/** When and how a broadcast is sent. */
export interface BroadcastSettings {
  readonly name: string | null;
  readonly sendsPerSecond: number | null;
  readonly startAt: Date | null;
  readonly startZone: string | null;
  readonly freezeAudience: 'creation' | 'start';
  readonly sendHours: SendHours | null;
  readonly canary: Canary | null;
  readonly resendFailed: boolean;
  readonly contactCap: CapOverride | null;
}

/** A broadcast that is about to be written down. */
export interface NewBroadcast extends CheckedMessage, BroadcastSettings {
  readonly id: string;
  readonly accountId: number;
  readonly purpose: BroadcastRow['purpose'];
  readonly audience: CheckedAudience;
  /** A draft neither starts nor is scheduled until an operator starts it. */
  readonly isDraft: boolean;
  /** For how long its start can be undone. */
  readonly undoSeconds?: number | undefined;
  /** The members of a draft that do not fit, as they were given. */
  readonly draft?: DraftRequest | null;
  /** Of a test: the broadcast whose message it tries, and a hash of what it shows. */
  readonly tests?: string | null;
  readonly testBasis?: string | null;
  /** Keeps a second message with this key from being sent. Single messages alone have one. */
  readonly dedupe?: DedupeKey | undefined;
}
