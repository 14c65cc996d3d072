import { both } from '../kernel/bilingual.js';
import { DomainError } from '../kernel/domain-error.js';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export const isUuid = (text: string): boolean => UUID.test(text);

export const invalidCursor = (): DomainError =>
  new DomainError(
    'invalid',
    'cursor_invalid',
    both(
      '"after" 应为上一页返回的 `next`，且筛选条件须相同。',
      '"after" must be `next` of the page before, asked with the same filter',
    ),
  );

const ABOVE_EVERY_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/** Lists with the newest broadcast first go on below this id. */
export function belowId(after: string | undefined): string {
  if (after !== undefined && !isUuid(after)) throw invalidCursor();
  return after ?? ABOVE_EVERY_ID;
}

const GREATEST_ID = 2 ** 31 - 1;

/** Undefined for what is no number of a row. */
export const numberedId = (text: string): number | undefined =>
  /^\d{1,10}$/.test(text) && Number(text) <= GREATEST_ID ? Number(text) : undefined;

/** Lists of numbered rows go on above this id. */
export function aboveId(after: string | undefined): number {
  const id = numberedId(after ?? '0');
  if (id === undefined) throw invalidCursor();
  return id;
}
