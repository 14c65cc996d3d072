import { SealBroken } from '../accounts/seal.js';
import { type InboxPush, uncarry } from '../wechat-auth/inbox-job.js';
import { isOwnEvent } from '../wechat-auth/own-events.js';
import { MalformedPush, readPush } from '../wechat-auth/push-fields.js';
import type { PushSealing } from '../wechat-auth/push-sealing.js';
import { type PersonBehind, personBehind } from './person-behind.js';
import { type PushEvent, pushEventOf } from './push-event.js';

/** A push, and what it means to us. */
export interface SortedPush {
  readonly push: InboxPush;
  readonly content: Buffer;
  /** The push has the request that could be forwarded. */
  readonly hasOriginal: boolean;
  readonly event: PushEvent;
  /** The push concerns us alone, and is not forwarded. */
  readonly isOwn: boolean;
  /** Who did something just then. */
  readonly person?: PersonBehind;
}

type SortedAs<Kind extends PushEvent['kind']> = SortedPush & {
  readonly event: Extract<PushEvent, { kind: Kind }>;
};

export function sortPush(push: InboxPush, sealing: PushSealing): SortedPush {
  const dead = (content: Buffer, reason: string): SortedPush => ({
    push,
    content,
    hasOriginal: false,
    isOwn: false,
    event: { kind: 'dead', reason },
  });
  try {
    const { content: carried, original } = sealing.open(push);
    const content = uncarry(carried);
    try {
      return { push, content, hasOriginal: original !== undefined, ...meaningOf(push, content) };
    } catch (error) {
      if (!(error instanceof MalformedPush)) throw error;
      return { ...dead(content, error.message), hasOriginal: original !== undefined };
    }
  } catch (error) {
    if (!(error instanceof SealBroken)) throw error;
    return dead(Buffer.from(push.sealed ?? ''), error.message);
  }
}

function meaningOf(
  { receivedAt }: InboxPush,
  content: Buffer,
): Pick<SortedPush, 'event' | 'isOwn' | 'person'> {
  const fields = readPush(content.toString('utf8'));
  const { Event: name } = fields;
  const person = personBehind(fields);
  return {
    ...(person && { person }),
    event: pushEventOf(fields, new Date(receivedAt)),
    isOwn: typeof name === 'string' && isOwnEvent(name),
  };
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
