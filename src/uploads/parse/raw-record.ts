import type { Params } from '../../kernel/bilingual.js';
import type { RowFaultCode } from './row-faults.js';

/** What a reader found wrong with a record before anybody knows what its columns mean. */
export interface RecordFault {
  readonly code: RowFaultCode;
  readonly params?: Params;
  /** Of the cell, from 0; left out where it is the whole row. */
  readonly column?: number;
}

/** A row of the file as it came. */
export interface RawRecord {
  /** Of the file, from 1: the line in which it begins, or the number of the row in its sheet. */
  readonly line: number;
  readonly cells: readonly string[];
  readonly fault?: RecordFault;
}

/** In characters; a lost quote swallows no more than this. */
export const LONGEST_RECORD = 256 * 1024;
/** What is kept of a record that is longer. */
export const KEPT_OF_LONG = 1_000;
