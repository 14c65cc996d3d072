import type { MessageContent } from '../wechat/message-channel.js';

/** Who shall receive it, as it is written down; `openids` go into a table of their own. */
export type CheckedAudience =
  | { readonly kind: 'all' }
  | {
      readonly kind: 'openids';
      readonly count: number;
      readonly duplicates: number;
      readonly openids: readonly string[];
    };

/** A request in which nothing is left to refuse. */
export interface CheckedBroadcast {
  readonly channel: string;
  readonly templateId: string;
  readonly message: MessageContent;
  readonly audience: CheckedAudience;
}
