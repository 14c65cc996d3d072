import { type ZipPart, zipOf } from './zip.js';

/** A cell's XML, without its address. */
export type CellXml = string;

export const inline = (text: string): CellXml =>
  `<c t="inlineStr"><is><t>${escaped(text)}</t></is></c>`;
export const shared = (number: number): CellXml => `<c t="s"><v>${number}</v></c>`;
export const number = (value: string | number, style = 0): CellXml =>
  `<c s="${style}"><v>${value}</v></c>`;

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

export interface SheetParts {
  readonly name?: string;
  readonly state?: string;
  /** Rows of cells; a row may be written out instead. */
  readonly rows: readonly (readonly CellXml[] | string)[];
}

export interface WorkbookOptions {
  readonly strings?: readonly string[];
  /** Codes of the styles 1, 2, … of cells; a number is the id of a built-in format. */
  readonly formats?: readonly (string | number)[];
  readonly from1904?: boolean;
  readonly absoluteTargets?: boolean;
  readonly more?: readonly ZipPart[];
  readonly doctype?: string;
}

/** A workbook to the format. */
export function workbook(sheets: readonly SheetParts[], options: WorkbookOptions = {}): Buffer {
  const {
    strings = [],
    formats = [],
    from1904 = false,
    absoluteTargets = false,
    more = [],
  } = options;
  const target = (index: number) => `worksheets/sheet${index + 1}.xml`;
  const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';
  const main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
  return zipOf([
    { name: '[Content_Types].xml', content: `${head}<Types/>` },
    {
      name: 'xl/workbook.xml',
      content: `${head}<workbook ${main} xmlns:r="r"><workbookPr date1904="${from1904 ? 1 : 0}"/><sheets>${sheets
        .map(
          ({ name = `Sheet${1}`, state }, index) =>
            `<sheet name="${name}" sheetId="${index + 1}" r:id="rId${index + 1}"${state ? ` state="${state}"` : ''}/>`,
        )
        .join('')}</sheets></workbook>`,
    },
    {
      name: 'xl/_rels/workbook.xml.rels',
      content: `${head}<Relationships>${sheets
        .map(
          (_, index) =>
            `<Relationship Id="rId${index + 1}" Target="${absoluteTargets ? '/xl/' : ''}${target(index)}"/>`,
        )
        .join('')}</Relationships>`,
    },
    {
      name: 'xl/styles.xml',
      content: `${head}<styleSheet ${main}><numFmts>${formats
        .map((code, index) =>
          typeof code === 'string'
            ? `<numFmt numFmtId="${200 + index}" formatCode="${escaped(code).replaceAll('"', '&quot;')}"/>`
            : '',
        )
        .join(
          '',
        )}</numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/>${formats
        .map((code, index) => `<xf numFmtId="${typeof code === 'string' ? 200 + index : code}"/>`)
        .join('')}</cellXfs></styleSheet>`,
    },
    ...(strings.length > 0
      ? [
          {
            name: 'xl/sharedStrings.xml',
            content: `${head}<sst ${main}>${strings.map((each) => `<si>${each}</si>`).join('')}</sst>`,
          },
        ]
      : []),
    ...sheets.map(({ rows }, index) => ({
      name: `xl/${target(index)}`,
      content: `${head}${options.doctype ?? ''}<worksheet ${main}><sheetData>${rows
        .map((row) => (typeof row === 'string' ? row : `<row>${row.join('')}</row>`))
        .join('')}</sheetData></worksheet>`,
    })),
    ...more,
  ]);
}
