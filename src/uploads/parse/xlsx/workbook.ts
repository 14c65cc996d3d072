import { UploadRefused } from '../upload-refused.js';
import { type Archive, XLSX_LIMITS } from './archive.js';
import { type NumberFormat, numberFormat } from './number-format.js';
import { readXml } from './xml.js';

export interface Sheet {
  readonly name: string;
  readonly hidden: boolean;
  /** Of the archive. */
  readonly part: string;
}

export interface Workbook {
  readonly sheets: readonly Sheet[];
  /** By the number of a cell's style. */
  readonly formats: readonly NumberFormat[];
  readonly from1904: boolean;
}

/** What a workbook says of itself, before any of its cells. */
export async function workbookOf(archive: Archive): Promise<Workbook> {
  if (!archive.has('xl/workbook.xml'))
    throw new UploadRefused(archive.has('xl/workbook.bin') ? 'xlsb' : 'not_a_workbook');
  const small = (name: string) => archive.text(name, XLSX_LIMITS.smallPartBytes);
  const targets = new Map<string, string>();
  if (archive.has('xl/_rels/workbook.xml.rels'))
    await readXml(small('xl/_rels/workbook.xml.rels'), {
      open: (name, { Id, Target }) => {
        if (name === 'Relationship' && Id !== undefined && Target !== undefined)
          targets.set(Id, Target.startsWith('/') ? Target.slice(1) : `xl/${Target}`);
      },
    });
  const sheets: Sheet[] = [];
  let from1904 = false;
  await readXml(small('xl/workbook.xml'), {
    open: (tag, attributes) => {
      if (tag === 'workbookPr') from1904 = /^(1|true)$/.test(attributes['date1904'] ?? '');
      if (tag !== 'sheet') return;
      const part = targets.get(attributes['r:id'] ?? '');
      if (part === undefined || !archive.has(part) || part.includes('chartsheets')) return;
      const hidden = /hidden/i.test(attributes['state'] ?? '');
      sheets.push({ name: attributes['name'] ?? '', hidden, part });
    },
  });
  const formats = archive.has('xl/styles.xml') ? await formatsOf(small('xl/styles.xml')) : [];
  return { sheets, formats, from1904 };
}

async function formatsOf(styles: AsyncIterable<string>): Promise<NumberFormat[]> {
  const codes = new Map<number, string>();
  const ids: number[] = [];
  let isOfCells = false;
  await readXml(styles, {
    open: (name, { numFmtId, formatCode }) => {
      if (name === 'numFmt') codes.set(Number(numFmtId), formatCode ?? '');
      else if (name === 'cellXfs') isOfCells = true;
      else if (name === 'xf' && isOfCells) ids.push(Number(numFmtId ?? 0));
    },
    close: (name) => {
      if (name === 'cellXfs') isOfCells = false;
    },
  });
  return ids.map((id) => numberFormat(id, codes.get(id)));
}

/** The sheet of that name, else the first that can be seen. */
export function sheetOf({ sheets }: Workbook, name: string | undefined): Sheet {
  const found =
    name === undefined
      ? (sheets.find(({ hidden }) => !hidden) ?? sheets[0])
      : sheets.find((sheet) => sheet.name === name);
  if (found !== undefined) return found;
  if (sheets.length === 0) throw new UploadRefused('xlsx_broken');
  const names = sheets.map((sheet) => sheet.name).join(', ');
  throw new UploadRefused('sheet_not_found', { sheet: name ?? '', sheets: names.slice(0, 500) });
}
