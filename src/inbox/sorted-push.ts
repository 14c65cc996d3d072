import { type InboxPush, uncarry } from '../wechat-auth/inbox-job.js';
import { isOwnEvent } from '../wechat-auth/own-events.js';
import { MalformedPush, readPush } from '../wechat-auth/push-fields.js';
import { type PushEvent, pushEventOf } from './push-event.js';

/** A push, and what it means to us. */
export interface SortedPush {
  readonly push: InboxPush;
  readonly event: PushEvent;
  /** Nobody but us waits for it. */
  readonly isOwn: boolean;
}

type SortedAs<Kind extends PushEvent['kind']> = SortedPush & {
  readonly event: Extract<PushEvent, { kind: Kind }>;
};

export function sortPush(push: InboxPush): SortedPush {
  try {
    const fields = readPush(uncarry(push.content).toString('utf8'));
    const { Event: name } = fields;
    return {
      push,
      event: pushEventOf(fields, new Date(push.receivedAt)),
      isOwn: typeof name === 'string' && isOwnEvent(name),
    };
  } catch (error) {
    if (!(error instanceof MalformedPush)) throw error;
    return { push, event: { kind: 'dead', reason: error.message }, isOwn: false };
  }
}

export const isKind =
  <Kind extends PushEvent['kind']>(...kinds: Kind[]) =>
  (sorted: SortedPush): sorted is SortedAs<Kind> =>
    (kinds as readonly PushEvent['kind'][]).includes(sorted.event.kind);

/** What is wrong with it, or with some of its items. */
export function faultsOf({ event }: SortedPush): readonly string[] {
  if (event.kind === 'dead') return [event.reason];
  return event.kind === 'sent' || event.kind === 'grants' ? event.faults : [];
}
