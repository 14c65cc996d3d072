import { type ByteSource } from './byte-source.js';
import { openidColumnMissing } from './columns.js';
import { type FailedRow, isUsable, judged, type UsableRow } from './judge.js';
import type { RawRecord } from './raw-record.js';
import { type Reading, recordsOf } from './reading.js';
import { UploadRefused } from './upload-refused.js';

/** What is stored at once: so many rows, or so many characters of them. */
const ROWS = 5_000;
const CHARACTERS = 1024 * 1024;

export interface PageBounds {
  /** Rows that are stored already: reading begins anew, and they are passed over. */
  readonly done: number;
  readonly maxRows: number;
}

/** Some rows of a file, each judged by itself. */
export class PageDraft {
  readonly #rows: readonly JudgedRow[];

  constructor(
    rows: readonly JudgedRow[],
    /** Rows of the file up to here, empty ones not counted. */
    readonly upto: number,
  ) {
    this.#rows = rows;
  }

  /** Those that may be on record from an earlier page. */
  get openids(): string[] {
    return [...new Set(this.#rows.flatMap(({ row }) => (isUsable(row) ? [row.openid] : [])))];
  }

  /** The first row of an openid counts, on this page and before; `known` says in which line it stood. */
  settled(known: ReadonlyMap<string, number>): Page {
    const lines = new Map(known);
    const usable: UsableRow[] = [];
    const failed: FailedRow[] = [];
    let duplicates = 0;
    for (const { row, cells } of this.#rows) {
      if (!isUsable(row)) {
        failed.push(row);
        continue;
      }
      const first = lines.get(row.openid);
      if (first === undefined) {
        lines.set(row.openid, row.line);
        usable.push(row);
        continue;
      }
      duplicates += 1;
      failed.push({ line: row.line, cells, code: 'duplicate', params: { first } });
    }
    return { upto: this.upto, usable, failed, duplicates };
  }
}

interface JudgedRow {
  readonly row: UsableRow | FailedRow;
  readonly cells: readonly string[];
}

export interface Page {
  readonly upto: number;
  readonly usable: readonly UsableRow[];
  /** In the order of the file, duplicates among them. */
  readonly failed: readonly FailedRow[];
  readonly duplicates: number;
}

/** The rows of a file, page by page; the same every time, wherever it begins. */
export async function* pagesOf(
  source: ByteSource,
  reading: Reading,
  { done, maxRows }: PageBounds,
): AsyncGenerator<PageDraft> {
  const { names, openid } = reading.columns;
  if (openid === undefined) throw openidColumnMissing(names, []);
  let rows: JudgedRow[] = [];
  let characters = 0;
  let upto = 0;
  for await (const records of recordsOf(source, reading)) {
    for (const record of records) {
      const row = judged(record, { names, openid });
      if (row === undefined) continue;
      upto += 1;
      if (upto > maxRows) throw new UploadRefused('too_many_rows', { limit: maxRows });
      if (upto <= done) continue;
      rows.push({ row, cells: record.cells });
      characters += lengthOf(record);
      if (rows.length < ROWS && characters < CHARACTERS) continue;
      yield new PageDraft(rows, upto);
      rows = [];
      characters = 0;
    }
  }
  if (upto === 0) throw new UploadRefused('no_rows');
  if (rows.length > 0) yield new PageDraft(rows, upto);
}

function lengthOf({ cells }: RawRecord): number {
  let length = 0;
  for (const cell of cells) length += cell.length;
  return length;
}
