import { type Bilingual, both, type Params } from '../../kernel/bilingual.js';

type Words = (params: Params) => Bilingual;

const LOST_ZH = 'Excel 已丢失精度，请把该列设为文本格式，填入原值后再上传。';
const LOST_EN = 'Excel has lost digits of it: format the column as text, and fill in the original.';

/** What may be wrong with a row, by its stable code. `at` is the address of a cell in a sheet, such as B7. */
const WORDS = {
  openid_missing: () => both('没有 openid。', 'The openid is missing.'),
  openid_invalid: ({ value = '' }) =>
    both(
      `openid“${value}”的格式不对，应为 1 至 64 个字母、数字、“_”或“-”。`,
      `"${value}" is no openid: expected 1 to 64 letters, digits, "_" or "-".`,
      { value },
    ),
  duplicate: ({ first = 0 }) =>
    both(
      `openid 与第 ${first} 行重复，以第 ${first} 行为准。`,
      `The openid stands in line ${first} already, which counts.`,
      { first },
    ),
  value_too_long: ({ column = '', length = 0, limit = 0 }) =>
    both(
      `“${column}”有 ${length} 个字，最多 ${limit} 个。`,
      `"${column}" has ${length} characters, at most ${limit} are taken.`,
      { column, length, limit },
    ),
  too_many_cells: ({ cells = 0, columns = 0 }) =>
    both(
      `这一行有 ${cells} 格，只有 ${columns} 列。值里有分隔符时，请用英文双引号括起来。`,
      `The row has ${cells} cells for ${columns} columns. A value that holds a delimiter stands in double quotes.`,
      { cells, columns },
    ),
  row_too_long: ({ limit = 0 }) =>
    both(`这一行超过 ${limit} 个字。`, `The row has more than ${limit} characters.`, { limit }),
  quote_unclosed: () =>
    both(
      '英文双引号没有成对：从这一行开始的引号没有结束。',
      'A double quote is opened in this line and never closed.',
    ),
  quote_misplaced: () =>
    both(
      '英文双引号没有成对：引号跨行结束后还有内容。',
      'A double quote of this line is closed in another one, and more follows it.',
    ),
  character_broken: ({ column = '' }) =>
    both(
      `“${column}”里有乱码，可能是编码不对。`,
      `"${column}" holds characters that could not be decoded: is the encoding right?`,
      { column },
    ),
  character_invalid: ({ column = '' }) =>
    both(
      `“${column}”里有不可用的字符（如 NUL）。`,
      `"${column}" holds a character that cannot be kept, such as NUL.`,
      { column },
    ),
  number_lost_digits: ({ value = '', at = '' }) =>
    both(
      `${at === '' ? '' : `${at}：`}“${value}”的数字不完整。${LOST_ZH}`,
      `${at === '' ? '' : `${at}: `}"${value}" is not the whole number. ${LOST_EN}`,
      { value, at },
    ),
  cell_error: ({ value = '', at = '' }) =>
    both(`${at}：单元格是错误值 ${value}。`, `${at}: the cell holds the error ${value}.`, {
      value,
      at,
    }),
  formula_without_value: ({ at = '' }) =>
    both(
      `${at}：公式没有保存计算结果。请用 Excel 打开并保存一次。`,
      `${at}: the formula has no stored result. Open the file in Excel and save it.`,
      { at },
    ),
  json_invalid: () => both('这一行不是 JSON 对象。', 'The line is no JSON object.'),
  value_not_text: ({ column = '' }) =>
    both(
      `“${column}”的值应为文本、数字、true 或 false。`,
      `"${column}" must be a text, a number, true or false.`,
      { column },
    ),
  column_unknown: ({ column = '' }) =>
    both(
      `列“${column}”在文件开头没有出现过，用不上。`,
      `The column "${column}" does not occur in the beginning of the file, and cannot be used.`,
      { column },
    ),
} as const satisfies Readonly<Record<string, Words>>;

export type RowFaultCode = keyof typeof WORDS;

export const rowFaultWords = (code: RowFaultCode, params: Params = {}): Bilingual =>
  WORDS[code](params);
