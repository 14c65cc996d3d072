import { type ByteSource } from './byte-source.js';
import {
  type Columns,
  columnsOf,
  columnsOfMembers,
  MOST_COLUMNS,
  openidColumnMissing,
  storable,
  type ToldColumns,
} from './columns.js';
import { CsvReader } from './csv-reader.js';
import { type Delimiter, delimiterOf } from './delimiter.js';
import { fileFormatOf } from './file-format.js';
import { NdjsonReader } from './ndjson-reader.js';
import type { RawRecord } from './raw-record.js';
import { type Encoding, encodingOf, textOf } from './text-encoding.js';
import { UploadRefused } from './upload-refused.js';
import { ndjsonColumns } from './ndjson-columns.js';
import { Archive } from './xlsx/archive.js';
import { SharedStrings } from './xlsx/shared-strings.js';
import { sheetRecords } from './xlsx/sheet-records.js';
import { sheetOf, workbookOf } from './xlsx/workbook.js';

/** What somebody has said about how a file is to be read; the rest is found out. */
export interface Told extends ToldColumns {
  readonly encoding?: Encoding | undefined;
  readonly delimiter?: Delimiter | undefined;
  readonly sheet?: string | undefined;
}

/** How a file is read. Once it is known, reading is the same every time. */
export type Manner =
  | {
      readonly format: 'csv';
      readonly encoding: Encoding;
      readonly delimiter: Delimiter;
      readonly skip: number;
    }
  | { readonly format: 'ndjson'; readonly encoding: Encoding }
  | { readonly format: 'xlsx'; readonly sheet: string; readonly sheets: readonly string[] };

export interface Reading {
  readonly manner: Manner;
  readonly columns: Columns;
}

export interface Preview extends Reading {
  /** The first rows that are not empty, behind the header. */
  readonly rows: readonly (readonly string[])[];
  /** Why it cannot be imported as it is. */
  readonly problem?: UploadRefused;
}

const SAMPLE = 100;
const SHOWN = 5;
/** Of a text, to find the delimiter and the members of objects. */
const HEAD = 64 * 1024;

/** Looks at the beginning of a file. What it throws is a fault of the file as a whole. */
export async function previewOf(source: ByteSource, told: Told): Promise<Preview> {
  if (source.size === 0) throw new UploadRefused('empty');
  const manner = await mannerOf(source, told);
  if (manner.format === 'ndjson') return ndjsonPreview(source, manner, told);
  const sample = await sampleOf(source, manner);
  if (sample.length === 0) throw new UploadRefused('no_rows');
  const { columns, problem } = columnsIn(sample, told);
  const rows = sample.slice(columns.hasHeader ? 1 : 0).map(({ cells }) => cells);
  return preview(manner, columns, rows, problem);
}

/** A fault of the header can be mended by naming the columns: so the rows are shown with it. */
function columnsIn(
  sample: readonly RawRecord[],
  told: Told,
): { columns: Columns; problem?: UploadRefused } {
  try {
    return { columns: columnsOf(sample, told) };
  } catch (error) {
    if (!(error instanceof UploadRefused) || error.code === 'too_many_columns') throw error;
    const names = (sample[0]?.cells ?? [])
      .slice(0, MOST_COLUMNS)
      .map((cell) => storable(cell.trim()));
    return {
      columns: { names, hasHeader: told.header ?? true, openid: undefined },
      problem: error,
    };
  }
}

function preview(
  manner: Manner,
  columns: Columns,
  rows: readonly (readonly string[])[],
  problem: UploadRefused | undefined,
): Preview {
  const found =
    problem ??
    (rows.length === 0 ? new UploadRefused('no_rows') : undefined) ??
    (columns.openid === undefined ? openidColumnMissing(columns.names, rows) : undefined);
  const shown = rows.slice(0, SHOWN).map((cells) => cells.slice(0, MOST_COLUMNS).map(storable));
  return { manner, columns, rows: shown, ...(found && { problem: found }) };
}

async function ndjsonPreview(
  source: ByteSource,
  manner: Manner & { format: 'ndjson' },
  told: Told,
): Promise<Preview> {
  const names = await ndjsonColumns(source, manner.encoding);
  const reader = new NdjsonReader(names);
  const rows: (readonly string[])[] = [];
  for await (const text of textOf(source, manner.encoding)) {
    for (const { cells, fault } of reader.push(text)) if (fault === undefined) rows.push(cells);
    if (rows.length >= SAMPLE) break;
  }
  for (const { cells, fault } of reader.end()) if (fault === undefined) rows.push(cells);
  return preview(manner, columnsOfMembers(names, rows.slice(0, SAMPLE), told), rows, undefined);
}

async function mannerOf(source: ByteSource, told: Told): Promise<Manner> {
  const format = await fileFormatOf(source);
  if (format === 'xlsx') {
    const archive = await Archive.open(source);
    try {
      const book = await workbookOf(archive);
      const { name: sheet } = sheetOf(book, told.sheet);
      return { format, sheet, sheets: book.sheets.map(({ name }) => name) };
    } finally {
      archive.close();
    }
  }
  const encoding = told.encoding ?? (await encodingOf(source));
  const head = await headOf(source, encoding);
  if (/^\s*<(!doctype|html|table|\?xml|meta)/i.test(head))
    throw new UploadRefused('html_not_table');
  if (/^\s*\{/.test(head) && told.delimiter === undefined) return { format: 'ndjson', encoding };
  const { delimiter, skip } = delimiterOf(head);
  return { format: 'csv', encoding, delimiter: told.delimiter ?? delimiter, skip };
}

async function headOf(source: ByteSource, encoding: Encoding): Promise<string> {
  const bytes = await source.read(0, Math.min(HEAD, source.size));
  return new TextDecoder(encoding).decode(bytes, { stream: bytes.length < source.size });
}

/** The first records that are not empty. */
async function sampleOf(source: ByteSource, manner: Manner): Promise<RawRecord[]> {
  const sample: RawRecord[] = [];
  for await (const records of rawRecords(source, manner, [])) {
    sample.push(...records.filter(({ cells }) => cells.some((cell) => cell.trim() !== '')));
    if (sample.length > SAMPLE) break;
  }
  return sample.slice(0, SAMPLE);
}

/** The records of a file, some at a time, without its header. */
export async function* recordsOf(
  source: ByteSource,
  { manner, columns }: Reading,
): AsyncGenerator<readonly RawRecord[]> {
  let isHeader = columns.hasHeader;
  for await (const records of rawRecords(source, manner, columns.names)) {
    if (!isHeader) {
      yield records;
      continue;
    }
    const header = records.findIndex(({ cells }) => cells.some((cell) => cell.trim() !== ''));
    if (header < 0) continue;
    isHeader = false;
    yield records.slice(header + 1);
  }
}

async function* rawRecords(
  source: ByteSource,
  manner: Manner,
  names: readonly string[],
): AsyncGenerator<readonly RawRecord[]> {
  if (manner.format === 'xlsx') return yield* workbookRecords(source, manner.sheet);
  const isCsv = manner.format === 'csv';
  const reader = isCsv
    ? new CsvReader(manner.delimiter, manner.skip > 0 ? 1 : 0)
    : new NdjsonReader(names);
  let skip = isCsv ? manner.skip : 0;
  for await (const text of textOf(source, manner.encoding)) {
    yield reader.push(skip === 0 ? text : text.slice(skip));
    skip = 0;
  }
  yield reader.end();
}

async function* workbookRecords(source: ByteSource, name: string): AsyncGenerator<RawRecord[]> {
  const archive = await Archive.open(source);
  try {
    const book = await workbookOf(archive);
    const strings = await SharedStrings.of(archive);
    yield* sheetRecords(archive, book, sheetOf(book, name), strings);
  } finally {
    archive.close();
  }
}
