import { type Bilingual, both, type Params } from '../../kernel/bilingual.js';

type Words = (params: Params) => Bilingual;

/** What may be wrong with a file as a whole, by its stable code: what it is, and what to do. */
const WORDS = {
  empty: () => both('文件是空的，请换一个文件。', 'The file is empty: send another one.'),
  encoding_unknown: () =>
    both(
      '认不出文件的编码。请另存为 UTF-8 再上传，或指定 encoding。',
      'The encoding of the file is not known. Save it as UTF-8 and send it again, or name its encoding.',
    ),
  not_a_table: () =>
    both(
      '这不是表格文件。请上传 CSV、XLSX 或 NDJSON。',
      'This is no table. Send CSV, XLSX or NDJSON.',
    ),
  html_not_table: () =>
    both(
      '这是网页（HTML），不是表格，虽然扩展名可能是 .xls。请在 Excel 中打开，另存为 .xlsx。',
      'This is a web page (HTML), whatever its name says. Open it in Excel and save it as .xlsx.',
    ),
  xls_old: () =>
    both(
      '这是旧版 Excel 文件（.xls）。请另存为 .xlsx 或 CSV。',
      'This is a file of an old Excel (.xls). Save it as .xlsx or CSV.',
    ),
  xlsx_password: () =>
    both(
      '文件有打开密码，读不了。请在 Excel 中去掉密码后再上传。',
      'The file has a password. Take it off in Excel and send the file again.',
    ),
  xlsb: () =>
    both(
      '这是二进制工作簿（.xlsb）。请另存为 .xlsx。',
      'This is a binary workbook (.xlsb). Save it as .xlsx.',
    ),
  xlsx_broken: () =>
    both(
      '工作簿已损坏，读不了。请用 Excel 打开后另存一次再上传。',
      'The workbook is broken. Open it in Excel, save it anew, and send it again.',
    ),
  not_a_workbook: () =>
    both(
      '这是压缩包，但里面没有 Excel 工作表。请上传 .xlsx 或 CSV。',
      'This is an archive without an Excel workbook in it. Send .xlsx or CSV.',
    ),
  xlsx_too_large: ({ what = '', limit = '' }) =>
    both(
      `工作簿解开后太大（${what}，上限 ${limit}）。请分成几个文件，或另存为 CSV。`,
      `Unpacked, the workbook is too large (${what}, at most ${limit}). Split it, or save it as CSV.`,
      { what, limit },
    ),
  sheet_not_found: ({ sheet = '', sheets = '' }) =>
    both(
      `没有工作表“${sheet}”，可选：${sheets}。`,
      `There is no sheet "${sheet}". There are: ${sheets}.`,
      { sheet, sheets },
    ),
  no_rows: () =>
    both(
      '除表头外没有数据行，请检查工作表和表头的设置。',
      'There are no rows but the header. Look at the sheet and at the header setting.',
    ),
  too_many_columns: ({ columns = 0, limit = 0 }) =>
    both(
      `有 ${columns} 列，最多 ${limit} 列。请删去用不到的列。`,
      `There are ${columns} columns, at most ${limit} are taken. Remove those that are not used.`,
      { columns, limit },
    ),
  too_many_rows: ({ limit = 0 }) =>
    both(
      `超过 ${limit} 行（UPLOAD_MAX_ROWS）。请分成几个文件。`,
      `There are more than ${limit} rows (UPLOAD_MAX_ROWS). Split the file.`,
      { limit },
    ),
  header_empty: ({ column = 0 }) =>
    both(
      `第 ${column} 列没有列名。请补上列名，或用 columns 为各列命名。`,
      `Column ${column} has no name. Give it one, or name the columns with columns.`,
      { column },
    ),
  header_repeated: ({ name = '', first = 0, column = 0 }) =>
    both(
      `列名“${name}”出现了两次（第 ${first} 列和第 ${column} 列）。请改名，或用 columns 为各列命名。`,
      `Two columns are called "${name}" (${first} and ${column}). Rename one, or name the columns with columns.`,
      { name, first, column },
    ),
  columns_mismatch: ({ given = 0, columns = 0 }) =>
    both(
      `columns 给了 ${given} 个列名，文件有 ${columns} 列。`,
      `columns names ${given} columns, and the file has ${columns}.`,
      { given, columns },
    ),
  openid_column_missing: ({ phones = '', unionids = '', columns = '' }) =>
    both(
      `找不到 openid 列。${seenZh(phones, unionids)}现有的列：${columns}。请用 openidColumn 指定，或补上 openid 列。`,
      `No column holds openids. ${seenEn(phones, unionids)}There are: ${columns}. Name it with openidColumn, or add one.`,
      { phones, unionids, columns },
    ),
} as const satisfies Readonly<Record<string, Words>>;

const seenZh = (phones: unknown, unionids: unknown): string =>
  (phones === '' ? '' : `“${String(phones)}”是手机号，`) +
  (unionids === '' ? '' : `“${String(unionids)}”是 unionid，`) +
  (phones === '' && unionids === '' ? '' : '不能用来发送。');

const seenEn = (phones: unknown, unionids: unknown): string =>
  (phones === '' ? '' : `"${String(phones)}" holds phone numbers, to which nothing can be sent. `) +
  (unionids === '' ? '' : `"${String(unionids)}" holds unionids, to which nothing can be sent. `);

export type FileFaultCode = keyof typeof WORDS;

export const FILE_FAULTS = Object.keys(WORDS) as readonly FileFaultCode[];

export const fileFaultWords = (code: FileFaultCode, params: Params = {}): Bilingual =>
  WORDS[code](params);
