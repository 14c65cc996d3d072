import { pipeline, Readable } from 'node:stream';
import { stringify } from 'csv-stringify';
import type { AuditEntry } from './audit-reader.js';
import { wordsOf } from './audit.dto.js';

interface CsvOptions {
  readonly lang: 'zh' | 'en';
  readonly bom: boolean;
}

type Cell = string | number | null;

/** The columns in their order, by their names in both languages. */
const COLUMNS: readonly (readonly [
  zh: string,
  en: string,
  of: (entry: AuditEntry, lang: CsvOptions['lang']) => Cell,
])[] = [
  ['时间', 'at', ({ at }) => at.toISOString()],
  ['操作者类型', 'actor_kind', ({ actorKind }) => actorKind],
  ['操作者 ID', 'actor_id', ({ actorId }) => actorId],
  ['操作者', 'actor', ({ actorName }) => actorName],
  ['IP', 'ip', ({ ip }) => ip],
  ['操作', 'action', ({ action }) => action],
  ['说明', 'what', (entry, lang) => wordsOf(entry)[lang]],
  ['对象类型', 'target_kind', ({ targetKind }) => targetKind],
  ['对象', 'target', ({ targetId }) => targetId],
  ['公众号', 'appid', ({ appid }) => appid],
  ['改动前', 'before', ({ before }) => before && JSON.stringify(before)],
  ['改动后', 'after', ({ after }) => after && JSON.stringify(after)],
  ['已截短', 'cut', ({ cut }) => String(cut)],
  ['原因', 'reason', ({ reason }) => reason],
  ['请求', 'request_id', ({ requestId }) => requestId],
  ['编号', 'id', ({ id }) => id],
];

/**
 * The entries as CSV, written as fast as they are taken. A cell that a spreadsheet would take for a formula begins with
 * an apostrophe. An error ends the stream before its time: what came of it is not taken for all.
 */
export function auditCsv(entries: AsyncIterable<AuditEntry>, { lang, bom }: CsvOptions): Readable {
  const csv = stringify({
    header: true,
    columns: COLUMNS.map(([zh, en]) => (lang === 'zh' ? zh : en)),
    bom,
    escape_formulas: true,
    record_delimiter: 'windows',
  });
  const rows = Readable.from(cellsOf(entries, lang), { objectMode: true, highWaterMark: 16 });
  pipeline(rows, csv, () => {}); // its error is the stream's, which whoever reads it hears
  return csv;
}

async function* cellsOf(
  entries: AsyncIterable<AuditEntry>,
  lang: CsvOptions['lang'],
): AsyncGenerator<Cell[]> {
  for await (const entry of entries) yield COLUMNS.map(([, , of]) => of(entry, lang));
}
