import { OPENID_PATTERN } from '../../kernel/ids.js';
import { UploadRefused } from './upload-refused.js';
import type { RawRecord } from './raw-record.js';

/** The columns of a file, once it is known what they are called and which holds the openids. */
export interface Columns {
  /** In the order of the file; an empty one is left out. */
  readonly names: readonly string[];
  readonly hasHeader: boolean;
  /** Undefined where none is found. */
  readonly openid: number | undefined;
}

/** What somebody has said about the columns. */
export interface ToldColumns {
  readonly header?: boolean | undefined;
  readonly columns?: readonly string[] | undefined;
  readonly openidColumn?: string | undefined;
}

export const MOST_COLUMNS = 100;

/** The column that `errors.csv` adds: a file that was mended and comes back has it, and nobody needs it. */
export const REASON_COLUMN = '错误原因';

/** As WeChat makes them: 28 characters that begin with o. */
const LIKE_OPENID = /^o[A-Za-z0-9_-]{27}$/;
const PHONE = /^(?:\+?86[- ]?)?1[3-9]\d{9}$/;

const isOpenidName = (name: string): boolean =>
  /^(用户|微信|关注者|粉丝)?openid$/.test(name.toLowerCase().replaceAll(/[\s_-]/g, ''));
const isUnionidName = (name: string): boolean =>
  name
    .toLowerCase()
    .replaceAll(/[\s_-]/g, '')
    .includes('unionid');

/** Cells as they count: without spaces around, and without the apostrophe of spreadsheets. */
export const cleanCell = (cell: string): string => {
  const trimmed = cell.trim();
  return trimmed.startsWith("'") ? trimmed.slice(1).trim() : trimmed;
};

const LONGEST_SHOWN = 1_000;

/** As the database takes it, without half characters and NUL, and not longer than anybody reads. */
export const storable = (text: string): string =>
  text.slice(0, LONGEST_SHOWN).toWellFormed().replaceAll('\0', '\ufffd');

/** Reads the columns out of the first records, of which the header may be one. */
export function columnsOf(sample: readonly RawRecord[], told: ToldColumns): Columns {
  const first = (sample[0]?.cells ?? []).map((cell) => storable(cleanCell(cell)));
  const hasHeader = told.header ?? looksLikeHeader(first);
  const rows = (hasHeader ? sample.slice(1) : sample).map(({ cells }) => cells.map(cleanCell));
  const width = hasHeader ? widthOf([first]) : widthOf(rows);
  if (width > MOST_COLUMNS)
    throw new UploadRefused('too_many_columns', { columns: width, limit: MOST_COLUMNS });
  const names = namesOf(hasHeader ? first.slice(0, width) : undefined, width, told);
  const openid = openidIn(names, rows, told.openidColumn);
  // A lone column without a header has no other name.
  if (!hasHeader && told.columns === undefined && openid !== undefined) names[openid] = 'openid';
  return { names, hasHeader, openid };
}

/** Of members of objects, which have their names by nature. */
export function columnsOfMembers(
  names: readonly string[],
  rows: readonly (readonly string[])[],
  told: ToldColumns,
): Columns {
  if (names.length > MOST_COLUMNS)
    throw new UploadRefused('too_many_columns', { columns: names.length, limit: MOST_COLUMNS });
  return { names, hasHeader: false, openid: openidIn(names, rows, told.openidColumn) };
}

/** Empty cells at the end of a line are no columns. */
const widthOf = (rows: readonly (readonly string[])[]): number =>
  Math.max(0, ...rows.map((cells) => cells.findLastIndex((cell) => cell !== '') + 1));

/** Openids never stand in a header; whatever else stands in the first line is one. */
const looksLikeHeader = (first: readonly string[]): boolean =>
  first.some(isOpenidName) || !first.some((cell) => LIKE_OPENID.test(cell));

function namesOf(
  header: readonly string[] | undefined,
  width: number,
  { columns }: ToldColumns,
): string[] {
  if (columns !== undefined) {
    if (columns.length !== width)
      throw new UploadRefused('columns_mismatch', { given: columns.length, columns: width });
    return refuseRepeated(columns.map((name) => name.trim()));
  }
  if (header === undefined) return Array.from({ length: width }, (_, at) => `列${at + 1}`);
  const empty = header.indexOf('');
  if (empty >= 0) throw new UploadRefused('header_empty', { column: empty + 1 });
  return refuseRepeated(header.map((name) => (name === REASON_COLUMN ? '' : name)));
}

function refuseRepeated(names: string[]): string[] {
  for (const [at, name] of names.entries()) {
    const first = names.indexOf(name);
    if (name !== '' && first < at)
      throw new UploadRefused('header_repeated', { name, first: first + 1, column: at + 1 });
  }
  return names;
}

function openidIn(
  names: readonly string[],
  rows: readonly (readonly string[])[],
  told: string | undefined,
): number | undefined {
  if (told !== undefined) {
    const found = names.indexOf(told.trim());
    return found < 0 ? undefined : found;
  }
  const named = names.findIndex(isOpenidName);
  if (named >= 0) return named;
  const alike = names.flatMap((name, at) =>
    name !== '' && !isUnionidName(name) && allAre(LIKE_OPENID, rows, at) ? [at] : [],
  );
  if (alike.length === 1) return alike[0];
  // A lone column can hold nothing else.
  return names.length === 1 && allAre(OPENID_PATTERN, rows, 0) && !allAre(PHONE, rows, 0)
    ? 0
    : undefined;
}

function allAre(pattern: RegExp, rows: readonly (readonly string[])[], at: number): boolean {
  const values = rows.map((cells) => cells[at] ?? '').filter((value) => value !== '');
  return values.length > 0 && values.every((value) => pattern.test(value));
}

/** Says what there is instead: most lists have phone numbers, or unionids. */
export function openidColumnMissing(
  names: readonly string[],
  rows: readonly (readonly string[])[],
): UploadRefused {
  const named = (is: (name: string, at: number) => boolean): string =>
    names
      .filter((name, at) => name !== '' && is(name, at))
      .join('、')
      .slice(0, 200);
  return new UploadRefused('openid_column_missing', {
    phones: named((_, at) => allAre(PHONE, rows, at)),
    unionids: named(isUnionidName),
    columns: names
      .filter((name) => name !== '')
      .join('、')
      .slice(0, 500),
  });
}
