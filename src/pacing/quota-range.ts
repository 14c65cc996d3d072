import { both } from '../kernel/bilingual.js';
import { DomainError } from '../kernel/domain-error.js';

const LONGEST_DAYS = 92;
const DAY_MS = 86_400_000;

/** Whether the days are in order, and not too far apart. */
export function isRange(from: string, to: string): boolean {
  const days = (Date.parse(to) - Date.parse(from)) / DAY_MS;
  return days >= 0 && days <= LONGEST_DAYS;
}

export const rangeInvalid = (): DomainError =>
  new DomainError(
    'invalid',
    'range_invalid',
    both(
      `“from”不能晚于“to”，且最多相隔 ${LONGEST_DAYS} 天。`,
      `"from" must not be after "to", and at most ${LONGEST_DAYS} days before it.`,
      { most: LONGEST_DAYS },
    ),
  );
