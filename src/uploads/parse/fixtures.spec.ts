import { encoded, utf16be, utf16le, withBom } from '../../../test/support/uploads/encoded.js';
import { readFixture } from '../../../test/support/uploads/read-fixture.js';
import {
  inline,
  number,
  shared,
  workbook,
  type CellXml,
} from '../../../test/support/uploads/workbook.js';
import { zipOf } from '../../../test/support/uploads/zip.js';
import type { Told } from './reading.js';

const A = 'oA23456789012345678901234567';
const B = 'oB23456789012345678901234567';
const LOWER = 'ob23456789012345678901234567';
const C = 'oC23456789012345678901234567';

interface Fixture {
  readonly bytes: Buffer | string;
  readonly told?: Told;
  readonly maxRows?: number;
  readonly rows?: readonly string[];
  readonly failed?: readonly string[];
  readonly refused?: string;
  /** Members of the preview. */
  readonly found?: object;
}

const bytesOf = (bytes: Buffer | string): Buffer => Buffer.from(bytes as string);
const csv = (...lines: string[]): string => `${lines.join('\n')}\n`;
const two = csv('openid,姓名', `${A},张三`, `${B},李四`);
const asTwo = [`2 ${A}|张三`, `3 ${B}|李四`];

const TEXTS: Readonly<Record<string, Fixture>> = {
  'in UTF-8': { bytes: two, rows: asTwo, found: { manner: { encoding: 'utf-8', delimiter: ',' } } },
  'in UTF-8 with a mark': {
    bytes: withBom(two),
    rows: asTwo,
    found: { manner: { encoding: 'utf-8' } },
  },
  'in GBK': {
    bytes: encoded('gb18030', two),
    rows: asTwo,
    found: { manner: { encoding: 'gb18030' } },
  },
  'in GB18030 with four bytes a character': {
    bytes: encoded('gb18030', csv('openid,姓名', `${A},𠮷野`)),
    rows: [`2 ${A}|𠮷野`],
  },
  'in GBK whose lines are UTF-8 too, but for the first': {
    bytes: encoded(
      'gb18030',
      csv('openid,姓名', ...Array.from({ length: 40 }, (_, i) => `o${i},学员`)),
    ),
    found: { manner: { encoding: 'gb18030' } },
  },
  'in UTF-8 with one line in GBK': {
    bytes: Buffer.concat([
      Buffer.from(csv('openid,姓名', ...Array.from({ length: 40 }, (_, i) => `o${i},张三丰`))),
      encoded('gb18030', csv(`${A},李四`)),
    ]),
    failed: ['42 character_broken'],
    found: { manner: { encoding: 'utf-8' } },
  },
  'in UTF-8 of few letters beyond ASCII': {
    bytes: csv('openid,name', ...Array.from({ length: 40 }, (_, i) => `o${i},José`)),
    found: { manner: { encoding: 'utf-8' } },
  },
  'in GBK whose Chinese begins behind a megabyte of ASCII': {
    bytes: Buffer.concat([
      Buffer.from(
        csv(
          'openid,name',
          ...Array.from({ length: 30_000 }, (_, i) => `o${i},abcdefghijklmnopqrstuvwxyzabcdefgh`),
        ),
      ),
      encoded('gb18030', csv(`${A},张三`)),
    ]),
    found: { manner: { encoding: 'gb18030' } },
  },
  'in UTF-16 LE with a mark': {
    bytes: utf16le(`\ufeff${two}`),
    rows: asTwo,
    found: { manner: { encoding: 'utf-16le' } },
  },
  'in UTF-16 BE with a mark': {
    bytes: utf16be(`\ufeff${two}`),
    rows: asTwo,
    found: { manner: { encoding: 'utf-16be' } },
  },
  'in UTF-16 LE without a mark': { bytes: utf16le(two), rows: asTwo },
  'in Big5, once somebody says so': {
    bytes: encoded('big5', csv('openid,姓名', `${A},張三`)),
    told: { encoding: 'big5' },
    rows: [`2 ${A}|張三`],
  },
  'in Shift_JIS, once somebody says so': {
    bytes: encoded('shift_jis', csv('openid,名前', `${A},田中`)),
    told: { encoding: 'shift_jis' },
    rows: [`2 ${A}|田中`],
  },
  'in UTF-8 with some bytes that are none': {
    bytes: Buffer.concat([
      Buffer.from(csv('openid,姓名', ...Array.from({ length: 100 }, (_, i) => `o${i},张三`))),
      Buffer.from(`${A},`),
      Buffer.of(0xe5, 0xbc),
      Buffer.from(`\n${B},李四\n`),
    ]),
    failed: ['102 character_broken'],
  },
  'in GBK with a broken character before a line end': {
    bytes: Buffer.concat([
      encoded(
        'gb18030',
        csv('openid,姓名', ...Array.from({ length: 100 }, (_, i) => `o${i},张三`)),
      ),
      Buffer.from(`${A},`),
      Buffer.of(0xd5),
      Buffer.from(`\n${B},`),
      encoded('gb18030', '李四\n'),
    ]),
    failed: ['102 character_broken'],
  },
  'with U+FFFD, which somebody’s program has written': {
    bytes: csv('openid,姓名', `${A},张\ufffd`, `${B},李四`),
    rows: [`3 ${B}|李四`],
    failed: ['2 character_broken'],
  },
  'in no encoding at all': {
    bytes: Buffer.concat([Buffer.from('openid,x\n'), Buffer.alloc(400, Buffer.of(0xff, 0x0a))]),
    refused: 'encoding_unknown',
  },
  'with CRLF': { bytes: two.replaceAll('\n', '\r\n'), rows: asTwo },
  'with CR alone': { bytes: two.replaceAll('\n', '\r'), rows: asTwo },
  'with CRLF, LF and CR mixed': {
    bytes: `openid,姓名\r\n${A},张三\r${B},李四\n${C},王五`,
    rows: [...asTwo, `4 ${C}|王五`],
  },
  'without an end to its last line': { bytes: two.trimEnd(), rows: asTwo },
  'with semicolons': {
    bytes: two.replaceAll(',', ';'),
    rows: asTwo,
    found: { manner: { delimiter: ';' } },
  },
  'with tabs': {
    bytes: two.replaceAll(',', '\t'),
    rows: asTwo,
    found: { manner: { delimiter: '\t' } },
  },
  'with bars': {
    bytes: two.replaceAll(',', '|'),
    rows: asTwo,
    found: { manner: { delimiter: '|' } },
  },
  'with commas inside quotes, and semicolons between': {
    bytes: csv('"openid";"城市,省,国"', `"${A}";"杭州,浙江"`),
    rows: [`2 ${A}|杭州,浙江`],
    found: { manner: { delimiter: ';' } },
  },
  'with Excel’s sep= line': {
    bytes: csv('sep=;', 'openid;姓名,全', `${A};张三`),
    rows: [`3 ${A}|张三`],
  },
  'with line ends inside quotes': {
    bytes: csv('openid,地址,姓名', `${A},"一号楼\r\n二层",张三`, `${B},"",李四`),
    rows: [`2 ${A}|一号楼\r\n二层|张三`, `4 ${B}||李四`],
  },
  'with doubled quotes': { bytes: csv('openid,姓名', `${A},"张""三"""`), rows: [`2 ${A}|张"三"`] },
  'with quotes in the middle of a cell': {
    bytes: csv('openid,姓名', `${A},张"三"`),
    rows: [`2 ${A}|张"三"`],
  },
  'with something behind a closed quote': {
    bytes: csv('openid,姓名', `${A},"张"三`),
    rows: [`2 ${A}|张三`],
  },
  'with a quote that is never closed': {
    bytes: csv('openid,姓名', `${A},"张三`, `${B},李四`),
    rows: [`3 ${B}|李四`],
    failed: ['2 quote_unclosed'],
  },
  'with two lost quotes in lines that follow': {
    bytes: csv('openid,姓名', `${A},"张三`, `${B},"李四`, `${C},王五`),
    rows: [`4 ${C}|王五`],
    failed: ['2 quote_misplaced', '3 quote_unclosed'],
  },
  'with a lost quote and a megabyte behind it': {
    bytes: csv(
      'openid,姓名',
      `${A},"张三`,
      ...Array.from({ length: 30_000 }, (_, i) => `o${i},李四李四李四李四李四`),
    ),
    failed: ['2 quote_unclosed'],
  },
  'with a line of a megabyte': {
    bytes: csv('openid,姓名', `${A},${'长'.repeat(1024 * 1024)}`, `${B},李四`),
    rows: [`3 ${B}|李四`],
    failed: ['2 row_too_long'],
  },
  'that is a lone column of openids without a header': {
    bytes: csv(A, B),
    rows: [`1 ${A}`, `2 ${B}`],
    found: { columns: { names: ['openid'], hasHeader: false } },
  },
  'that is a lone column called openid': { bytes: csv('openid', A), rows: [`2 ${A}`] },
  'without a header, and with values': {
    bytes: csv(`${A},张三`, `${B},李四`),
    rows: [`1 ${A}|张三`, `2 ${B}|李四`],
    found: { columns: { names: ['openid', '列2'], hasHeader: false } },
  },
  'whose first line is said to be no header': {
    bytes: csv('oShort,张三', `${B},李四`),
    told: { header: false, openidColumn: '列1' },
    rows: ['1 oShort|张三', `2 ${B}|李四`],
  },
  'whose openids are called 用户OpenID': {
    bytes: csv('姓名,用户OpenID', `张三,${A}`),
    rows: [`2 ${A}|张三`],
  },
  'whose openids are called 微信openid': {
    bytes: csv('姓名,微信openid', `张三,${A}`),
    rows: [`2 ${A}|张三`],
  },
  'whose openids are called OPEN_ID': { bytes: csv('OPEN_ID', A), rows: [`2 ${A}`] },
  'whose openids are told by their look': {
    bytes: csv('编号,姓名', `${A},张三`),
    rows: [`2 ${A}|张三`],
  },
  'whose openids stand in a column that somebody names': {
    bytes: csv('甲,乙', `${A},${B}`),
    told: { openidColumn: '乙' },
    rows: [`2 ${B}|${A}`],
  },
  'with two columns of openids and no name': {
    bytes: csv('甲,乙', `${A},${B}`),
    refused: 'openid_column_missing',
  },
  'with phone numbers in place of openids': {
    bytes: csv('手机号,姓名', '13800138000,张三'),
    refused: 'openid_column_missing',
    found: { problem: { params: { phones: '手机号', columns: '手机号、姓名' } } },
  },
  'with unionids in place of openids': {
    bytes: csv('UnionID,姓名', `${A},张三`),
    refused: 'openid_column_missing',
    found: { problem: { params: { unionids: 'UnionID' } } },
  },
  'with a repeated header': {
    bytes: csv('openid,姓名, 姓名', `${A},张三,李四`),
    refused: 'header_repeated',
  },
  'with an empty header': { bytes: csv('openid,,姓名', `${A},x,张三`), refused: 'header_empty' },
  'with an empty header, once its columns are named': {
    bytes: csv('openid,,姓名', `${A},x,张三`),
    told: { columns: ['openid', '', '名'] },
    rows: [`2 ${A}|张三`],
  },
  'with names for another number of columns': {
    bytes: two,
    told: { columns: ['openid'] },
    refused: 'columns_mismatch',
  },
  'with empty cells at the end of each line': {
    bytes: csv('openid,姓名,,', `${A},张三,,`),
    rows: [`2 ${A}|张三`],
  },
  'with a header called __proto__': {
    bytes: csv('openid,__proto__', `${A},张三`),
    rows: [`2 ${A}|张三`],
  },
  'with the column 错误原因 of our own error file': {
    bytes: csv('openid,姓名,错误原因', `${A},张三,没有 openid。`),
    rows: [`2 ${A}|张三`],
  },
  'with more cells than columns': {
    bytes: csv('openid,地址', `${A},杭州,浙江`, `${B},上海`),
    rows: [`3 ${B}|上海`],
    failed: ['2 too_many_cells'],
  },
  'with fewer cells than columns': {
    bytes: csv('openid,姓名,地址', `${A},张三`),
    rows: [`2 ${A}|张三|`],
  },
  'with empty lines': {
    bytes: csv('', 'openid,姓名', '', `${A},张三`, ' , ', '\t', `${B},李四`),
    rows: [`4 ${A}|张三`, `7 ${B}|李四`],
  },
  'with zeros at the beginning of numbers': {
    bytes: csv('openid,编号', `${A},000123`),
    rows: [`2 ${A}|000123`],
  },
  'with the apostrophe of spreadsheets': {
    bytes: csv('openid,编号', `'${A},'000123`),
    rows: [`2 ${A}|000123`],
  },
  'with spaces around cells': {
    bytes: csv(' openid , 姓名 ', ` ${A} , 张三 `),
    rows: [`2 ${A}|张三`],
  },
  'with a number that Excel has shortened': {
    bytes: csv('openid,订单', `${A},1.23457E+17`, `${B},1E3`),
    rows: [`3 ${B}|1E3`],
    failed: ['2 number_lost_digits'],
  },
  'with a formula': { bytes: csv('openid,姓名', `${A},=1+1`), rows: [`2 ${A}|=1+1`] },
  'with a row twice': {
    bytes: csv('openid,姓名', `${A},张三`, `${B},李四`, `${A},张三`),
    rows: asTwo,
    failed: ['4 duplicate'],
  },
  'with openids that differ in case only': {
    bytes: csv('openid', B, LOWER),
    rows: [`2 ${B}`, `3 ${LOWER}`],
  },
  'with openids that are missing or none': {
    bytes: csv('openid,姓名', ',张三', 'a b,李四', `o${'x'.repeat(64)},王五`, `${A},赵六`),
    rows: [`5 ${A}|赵六`],
    failed: ['2 openid_missing', '3 openid_invalid', '4 openid_invalid'],
  },
  'with a value of more than 1,000 characters': {
    bytes: csv('openid,姓名', `${A},${'长'.repeat(1_001)}`, `${B},${'长'.repeat(1_000)}`),
    rows: [`3 ${B}|${'长'.repeat(1_000)}`],
    failed: ['2 value_too_long'],
  },
  'with a NUL in a value': {
    bytes: csv('openid,姓名', `${A},张\0三`, `${B},李四`),
    rows: [`3 ${B}|李四`],
    failed: ['2 character_invalid'],
  },
  'with 101 columns': {
    bytes: csv(['openid', ...Array.from({ length: 100 }, (_, i) => `c${i}`)].join(','), A),
    refused: 'too_many_columns',
  },
  'with more rows than are taken': {
    bytes: csv('openid', A, B, C),
    maxRows: 2,
    refused: 'too_many_rows',
  },
  'that is empty': { bytes: '', refused: 'empty' },
  'with a header and no row': { bytes: 'openid,姓名\n', refused: 'no_rows' },
  'that is a web page called .xls': {
    bytes: '<html><table><tr><td>openid</td></tr></table></html>',
    refused: 'html_not_table',
  },
  'that is a PDF': { bytes: '%PDF-1.7\n…', refused: 'not_a_table' },
  'that is a program': {
    bytes: Buffer.alloc(4_000, Buffer.of(0, 0, 1, 0)),
    refused: 'not_a_table',
  },
};

const ndjson = (...lines: unknown[]): string =>
  lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');

const OBJECTS: Readonly<Record<string, Fixture>> = {
  'with texts, numbers, true and null': {
    bytes: ndjson({ openid: A, 姓名: '张三', 分: 3 }, { 分: true, openid: B, 姓名: null }),
    rows: [`1 ${A}|张三|3`, `2 ${B}||true`],
    found: { manner: { format: 'ndjson' } },
  },
  'with numbers that JSON would round': {
    bytes: `{"openid":"${A}","订单":12345678901234567890,"金额":1.10}`,
    rows: [`1 ${A}|12345678901234567890|1.10`],
  },
  'with lines that are no objects': {
    bytes: ndjson({ openid: A }, '[1]', '{"openid":', '', { openid: B }),
    rows: [`1 ${A}`, `5 ${B}`],
    failed: ['2 json_invalid', '3 json_invalid'],
  },
  'with a member that is an object': {
    bytes: ndjson({ openid: A, 姓名: { first: '张' } }, { openid: B, 姓名: '李四' }),
    rows: [`2 ${B}|李四`],
    failed: ['1 value_not_text'],
  },
  'with a member that first comes after a thousand lines': {
    bytes: ndjson(...Array.from({ length: 1_000 }, (_, i) => ({ openid: `o${i}` })), {
      openid: A,
      x: 1,
    }),
    failed: ['1001 column_unknown'],
  },
  'with half a character': {
    bytes: `{"openid":"${A}","姓名":"\\ud83d"}\n{"openid":"${B}","姓名":"李四"}`,
    rows: [`2 ${B}|李四`],
    failed: ['1 character_invalid'],
  },
};

const sheet = (rows: readonly (readonly CellXml[] | string)[], options = {}): Buffer =>
  workbook([{ rows }], options);
const header = [inline('openid'), inline('值')];
const valued = (cell: CellXml, options = {}): Buffer => sheet([header, [inline(A), cell]], options);
const valueOf = (
  cell: CellXml,
  value: string,
  formats?: readonly (string | number)[],
): Fixture => ({
  bytes: valued(cell, { formats }),
  rows: [`2 ${A}|${value}`],
});
const faultOf = (cell: CellXml, code: string): Fixture => ({
  bytes: sheet([header, [inline(A), cell], [inline(B), inline('李四')]]),
  rows: [`3 ${B}|李四`],
  failed: [`2 ${code}`],
});

const SHEETS: Readonly<Record<string, Fixture>> = {
  'with shared strings, rich text and pinyin': {
    bytes: sheet([header, [shared(0), shared(1)]], {
      strings: [
        `<t>${A}</t>`,
        '<r><t>张</t></r><r><rPr/><t xml:space="preserve">三 </t></r><rPh sb="0" eb="1"><t>zhang</t></rPh>',
      ],
    }),
    rows: [`2 ${A}|张三`],
    found: { manner: { format: 'xlsx', sheet: 'Sheet1' } },
  },
  'with inline strings': {
    bytes: sheet([header, [inline(A), inline('张三')]]),
    rows: [`2 ${A}|张三`],
  },
  'with _x000D_ escapes': valueOf(inline('一_x000D_\n二_x005F_x000D_'), '一\r\n二_x000D_'),
  'with a whole number': valueOf(number('1.3800138E10'), '13800138000'),
  'with a sum that is not exact': valueOf(number('0.30000000000000004'), '0.3'),
  'with an amount': valueOf(number('1234.5', 1), '¥1,234.50', ['"¥"#,##0.00']),
  'with an amount in a currency of Excel': valueOf(number('1234.5', 1), '¥1,234.50', [
    '[$¥-804]#,##0.00',
  ]),
  'with a share': valueOf(number('0.125', 1), '12.50%', [10]),
  'with zeros by its format': valueOf(number('42', 1), '000042', ['000000']),
  'with a day': valueOf(number('46356', 1), '2026年11月30日', [14]),
  'with a day and a time': valueOf(number('46354.8125', 1), '2026年11月28日 19:30', [
    'yyyy"年"m"月"d"日" hh:mm',
  ]),
  'with a time': valueOf(number('0.8125', 1), '19:30', [20]),
  'with a month': valueOf(number('46356', 1), '2026年11月', ['yyyy"年"m"月"']),
  'with a day of the calendar from 1904': {
    bytes: valued(number('44894', 1), { formats: [14], from1904: true }),
    rows: [`2 ${A}|2026年11月30日`],
  },
  'with a day as ISO writes it': valueOf(
    '<c t="d"><v>2026-11-30T19:30:00</v></c>',
    '2026年11月30日 19:30',
  ),
  'with true': valueOf('<c t="b"><v>1</v></c>', 'TRUE'),
  'with a formula and its last value': valueOf('<c t="str"><f>A1</f><v>张三</v></c>', '张三'),
  'with a formula without a value': faultOf('<c><f>A1</f></c>', 'formula_without_value'),
  'with the error of a formula': faultOf('<c t="e"><v>#N/A</v></c>', 'cell_error'),
  'with a number of more than 15 digits': faultOf(
    number('1234567890123456789'),
    'number_lost_digits',
  ),
  'with a number written as 1.23457E+17': faultOf(number('1.23457E+17'), 'number_lost_digits'),
  'with rows and cells that have addresses, some left out': {
    bytes: sheet([
      `<row r="1"><c r="A1" t="inlineStr"><is><t>openid</t></is></c><c r="C1" t="inlineStr"><is><t>城市</t></is></c><c r="B1" t="inlineStr"><is><t>姓名</t></is></c></row>`,
      `<row r="7"><c r="C7" t="inlineStr"><is><t>杭州</t></is></c><c r="A7" t="inlineStr"><is><t>${A}</t></is></c></row>`,
    ]),
    rows: [`7 ${A}||杭州`],
  },
  'with empty rows': {
    bytes: sheet([header, [], ['<c s="0"/>'], [inline(A), inline('张三')]]),
    rows: [`4 ${A}|张三`],
  },
  'whose first sheet is hidden': {
    bytes: workbook([
      { name: '藏', state: 'hidden', rows: [[inline('x')]] },
      { name: '名单', state: 'visible', rows: [[inline('openid')], [inline(A)]] },
    ]),
    rows: [`2 ${A}`],
    found: { manner: { sheet: '名单', sheets: ['藏', '名单'] } },
  },
  'of which somebody names a sheet': {
    bytes: workbook([
      { name: '甲', rows: [[inline('x')]] },
      { name: '乙', rows: [[inline('openid')], [inline(A)]] },
    ]),
    told: { sheet: '乙' },
    rows: [`2 ${A}`],
  },
  'of which somebody names a sheet that is not there': {
    bytes: workbook([{ name: '甲', rows: [[inline('openid')]] }]),
    told: { sheet: '丙' },
    refused: 'sheet_not_found',
  },
  'with absolute targets, as openpyxl writes them': {
    bytes: sheet([header, [inline(A), inline('张三')]], { absoluteTargets: true }),
    rows: [`2 ${A}|张三`],
  },
  'with a password': {
    bytes: Buffer.concat([
      Buffer.of(0xd0, 0xcf, 0x11, 0xe0),
      Buffer.alloc(600),
      Buffer.from('EncryptedPackage', 'utf16le'),
    ]),
    refused: 'xlsx_password',
  },
  'of an old Excel': {
    bytes: Buffer.concat([Buffer.of(0xd0, 0xcf, 0x11, 0xe0), Buffer.alloc(600)]),
    refused: 'xls_old',
  },
  'that is binary (.xlsb)': {
    bytes: zipOf([{ name: 'xl/workbook.bin', content: 'x' }]),
    refused: 'xlsb',
  },
  'that is an archive of something else': {
    bytes: zipOf([{ name: 'a.txt', content: 'x' }]),
    refused: 'not_a_workbook',
  },
  'that is cut off': { bytes: valued(inline('x')).subarray(0, 900), refused: 'xlsx_broken' },
  'that unpacks to a hundred times what is reasonable': {
    bytes: sheet([header, `<row>${' '.repeat(30 * 1024 * 1024)}</row>`]),
    refused: 'xlsx_too_large',
  },
  'whose part is larger than it says': {
    bytes: zipOf([
      {
        name: 'xl/workbook.xml',
        content: `<workbook>${'x'.repeat(10_000)}</workbook>`,
        saysBytes: 100,
      },
    ]),
    refused: 'xlsx_broken',
  },
  'with a document type': {
    bytes: sheet([header], { doctype: '<!DOCTYPE x [<!ENTITY a "aaaa">]>' }),
    refused: 'xlsx_broken',
  },
  'with 2,001 parts': {
    bytes: zipOf(Array.from({ length: 2_001 }, (_, i) => ({ name: `p${i}`, content: '' }))),
    refused: 'xlsx_too_large',
  },
  'whose cell refers to a text that is not there': {
    bytes: valued(shared(7)),
    refused: 'xlsx_broken',
  },
  'with a cell far to the right': {
    bytes: sheet([`<row r="1"><c r="ZZZ1" t="inlineStr"><is><t>openid</t></is></c></row>`]),
    refused: 'too_many_columns',
  },
  'whose XML is broken': { bytes: sheet([header, '<row><c></row>']), refused: 'xlsx_broken' },
};

const all = (table: Readonly<Record<string, Fixture>>) => Object.entries(table);

async function expectFixture({ bytes, told, maxRows, rows, failed, refused, found }: Fixture) {
  const read = await readFixture(bytesOf(bytes), told, maxRows);
  expect({
    refused: read.refused,
    rows: rows && read.rows,
    failed: refused === undefined ? read.failed : [],
  }).toEqual({ refused, rows, failed: failed ?? [] });
  expect(read.preview ?? {}).toMatchObject(found ?? {});
}

describe('what is read of an upload', () => {
  it.each(all(TEXTS))('a text %s is read as expected', async (_, fixture) => {
    await expectFixture(fixture);
  });

  it.each(all(OBJECTS))('NDJSON %s is read as expected', async (_, fixture) => {
    await expectFixture(fixture);
  });

  it.each(all(SHEETS))('a workbook %s is read as expected', async (_, fixture) => {
    await expectFixture(fixture);
  });

  it('a bad row of a workbook tells the address of its cell', async () => {
    const read = await readFixture(valued(number('1234567890123456789')));
    expect(read.failures).toMatchObject([
      { line: 2, column: '值', value: '1234567890123456789', params: { at: 'B2' } },
    ]);
  });

  it('a preview can be stored: it has no NUL, no half character, and no cell of more than 1,000', async () => {
    const { preview } = await readFixture(
      Buffer.from(csv('openid,a\0b', `${A},${'长'.repeat(9_000)}`)),
    );
    expect(preview?.columns.names).toEqual(['openid', 'a\ufffdb']);
    expect(preview?.rows[0]?.[1]).toHaveLength(1_000);
  });

  it('a preview shows the first five rows as they came', async () => {
    const lines = Array.from({ length: 9 }, (_, i) => `o${i},'00${i}`);
    const { preview } = await readFixture(Buffer.from(csv('openid,编号', ...lines)));
    expect(preview?.rows).toEqual(lines.slice(0, 5).map((line) => line.split(',')));
  });
});
