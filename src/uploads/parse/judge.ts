import type { Params } from '../../kernel/bilingual.js';
import { OPENID_PATTERN } from '../../kernel/ids.js';
import { cleanCell } from './columns.js';
import type { RawRecord } from './raw-record.js';
import type { RowFaultCode } from './row-faults.js';

/** A row that can be used. */
export interface UsableRow {
  readonly line: number;
  readonly openid: string;
  /** In the order of the columns, without the openid and without what is left out. */
  readonly values: readonly string[];
}

/** A row that cannot, as it came. */
export interface FailedRow {
  readonly line: number;
  readonly cells: readonly string[];
  readonly code: RowFaultCode;
  readonly params: Params;
  /** The name of the column, where it is one cell's fault; and what stands there. */
  readonly column?: string;
  readonly value?: string;
}

const LONGEST_VALUE = 1_000;
const SHOWN = 100;

/** Excel has written a long number so, and lost its end. */
const SCIENTIFIC = /^[+-]?\d([.,]\d+)?E\+\d+$/i;
/** A NUL, and half a character: the database takes neither. */
const INVALID = /[\0]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

export interface JudgedColumns {
  readonly names: readonly string[];
  readonly openid: number;
}

/** Says of a record whether it can be used. Undefined: it is empty, and no row at all. */
export function judged(
  record: RawRecord,
  { names, openid: place }: JudgedColumns,
): UsableRow | FailedRow | undefined {
  const { line, cells, fault } = record;
  if (fault === undefined && cells.every((cell) => cell.trim() === '')) return undefined;
  const failed = (code: RowFaultCode, params: Params = {}, at?: number): FailedRow => ({
    line,
    cells,
    code,
    params,
    ...(at !== undefined && { column: names[at] ?? '', value: (cells[at] ?? '').slice(0, SHOWN) }),
  });
  if (fault !== undefined) return failed(fault.code, fault.params, fault.column);
  const filled = cells.findLastIndex((cell) => cell.trim() !== '') + 1;
  if (filled > names.length)
    return failed('too_many_cells', { cells: filled, columns: names.length });

  const values: string[] = [];
  for (const [at, name] of names.entries()) {
    if (name === '') continue;
    const value = cleanCell(cells[at] ?? '');
    if (at !== place) values.push(value);
    if (value === '') continue;
    const column = { column: name };
    if (value.includes('\ufffd')) return failed('character_broken', column, at);
    if (INVALID.test(value)) return failed('character_invalid', column, at);
    if (SCIENTIFIC.test(value))
      return failed('number_lost_digits', { value: value.slice(0, SHOWN) }, at);
    if (at !== place && value.length > LONGEST_VALUE) {
      const length = [...value].length;
      if (length > LONGEST_VALUE)
        return failed('value_too_long', { ...column, length, limit: LONGEST_VALUE }, at);
    }
  }
  const openid = cleanCell(cells[place] ?? '');
  if (openid === '') return failed('openid_missing', {}, place);
  if (!OPENID_PATTERN.test(openid))
    return failed('openid_invalid', { value: openid.slice(0, SHOWN) }, place);
  return { line, openid, values };
}

export const isUsable = (row: UsableRow | FailedRow): row is UsableRow => 'openid' in row;
