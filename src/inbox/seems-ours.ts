import type { PushFields, PushValue } from '../wechat-auth/push-fields.js';

/** Events that we read, in letters alone. */
const EVENTS: ReadonlySet<string> = new Set([
  'templatesendjobfinish',
  'subscribe',
  'unsubscribe',
  'subscribemsgpopupevent',
  'subscribemsgchangeevent',
  'subscribemsgsentevent',
]);
/** Names that only those events have. */
const TELLING: ReadonlySet<string> = new Set([
  'subscribemsgpopupevent',
  'subscribemsgchangeevent',
  'subscribemsgsentevent',
  'subscribestatusstring',
]);
/** It has MsgID and Status too; WeChat sends it after a 群发, which we do not do. */
const MASS_SEND = 'masssendjobfinish';
const DEEPEST = 5;

/**
 * Whether a push that was not recognised may be one of our events all the same: written otherwise, wrapped, with a part
 * missing or there twice, or encrypted. Only names and the event's value are read, never what people write.
 */
export function seemsOurs(fields: PushFields): boolean {
  const names = new Set<string>();
  const events = new Set<string>();
  collect(fields, names, events, DEEPEST);
  if (events.has(MASS_SEND)) return false;
  if (names.has('msgid') && names.has('status')) return true;
  if (names.has('encrypt') && !names.has('msgtype')) return true;
  return [...events].some((event) => EVENTS.has(event)) || [...names].some((n) => TELLING.has(n));
}

function collect(
  value: PushValue | undefined,
  names: Set<string>,
  events: Set<string>,
  depth: number,
): void {
  if (depth === 0 || typeof value !== 'object' || value === null) return;
  for (const [key, member] of Object.entries(value as Record<string, PushValue>)) {
    const name = lettersOf(key);
    names.add(name);
    if (name === 'event')
      for (const event of [member].flat())
        if (typeof event === 'string') events.add(lettersOf(event));
    collect(member, names, events, depth - 1);
  }
}

/** Empty for long texts, which are no names of WeChat's. */
const lettersOf = (text: string): string =>
  text.length > 64 ? '' : text.toLowerCase().replace(/[^a-z]/g, '');
