import type { Broadcast } from '../api/broadcasts';
import type { Asked } from './asked';

/** What somebody looked at, in the words of the dialog. */
const MEMBERS = [
  'name',
  'templateId',
  'fields',
  'url',
  'miniprogram',
  'audience',
  'startAt',
  'sendHours',
  'canary',
  'sendsPerSecond',
] as const satisfies readonly (keyof Broadcast)[];
type Member = (typeof MEMBERS)[number];

export interface Difference {
  readonly what: Member | 'recipients' | 'startsAt' | 'endsAt';
  /** Where the two are told in a few characters: numbers of people, times. */
  readonly from?: string | number;
  readonly to?: string | number;
}

/** Times are reckoned from the moment of the question: a minute is no change. */
const MINUTE_MS = 60_000;

/** What is not as it was shown; empty where only the time to confirm has passed. */
export function differences(before: Asked, after: Asked): readonly Difference[] {
  const [then, now] = [before.confirmation.facts, after.confirmation.facts];
  const found: Difference[] = MEMBERS.filter((member) => {
    const text = ({ broadcast }: Asked): string => JSON.stringify(broadcast[member] ?? null);
    return text(before) !== text(after);
  }).map((what) => ({ what }));
  if (then.recipients !== now.recipients)
    found.push({ what: 'recipients', from: then.recipients, to: now.recipients });
  for (const what of ['startsAt', 'endsAt'] as const) {
    const [from, to] = [then[what], now[what]];
    const moved = Math.abs(Date.parse(from ?? '') - Date.parse(to ?? ''));
    if ((from === null) !== (to === null) || moved >= MINUTE_MS * 2)
      found.push({ what, ...(from !== null && { from }), ...(to !== null && { to }) });
  }
  return found;
}
