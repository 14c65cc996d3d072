import type { RawRecord, RecordFault } from '../raw-record.js';
import { UploadRefused } from '../upload-refused.js';
import { type Archive, XLSX_LIMITS } from './archive.js';
import { type CellText, isoText, numberText } from './cell-text.js';
import { type NumberFormat, numberFormat } from './number-format.js';
import type { SharedStrings } from './shared-strings.js';
import type { Sheet, Workbook } from './workbook.js';
import { withoutEscapes, Xml } from './xml.js';

const GENERAL = numberFormat(0, undefined);

/** The rows of a sheet, some at a time, as they are unpacked. */
export async function* sheetRecords(
  archive: Archive,
  book: Workbook,
  sheet: Sheet,
  strings: SharedStrings,
): AsyncGenerator<RawRecord[]> {
  const rows = new SheetRows(book, strings);
  const xml = new Xml(rows);
  for await (const text of archive.text(sheet.part)) {
    xml.write(text);
    const records = rows.taken();
    if (records.length > 0) yield records;
  }
  xml.close();
  const records = rows.taken();
  if (records.length > 0) yield records;
}

/** Listens to a sheet's XML. Rows and cells may lack their address: they follow the one before. */
class SheetRows {
  #records: RawRecord[] = [];
  #count = 0;
  #line = 0;
  #cells: string[] = [];
  #fault: RecordFault | undefined;
  #place = -1;
  #type: string | undefined;
  #format: NumberFormat = GENERAL;
  #value = '';
  #hasValue = false;
  #isFormula = false;
  #isTaking = false;
  #phonetic = 0;
  readonly #book: Workbook;
  readonly #strings: SharedStrings;

  constructor(book: Workbook, strings: SharedStrings) {
    this.#book = book;
    this.#strings = strings;
  }

  taken(): RawRecord[] {
    const records = this.#records;
    this.#records = [];
    return records;
  }

  readonly open = (name: string, attributes: Readonly<Record<string, string>>): void => {
    if (name === 'c') this.#openCell(attributes);
    else if (name === 'v') this.#isTaking = this.#hasValue = true;
    else if (name === 't') this.#isTaking = this.#hasValue = this.#phonetic === 0;
    else if (name === 'rPh') this.#phonetic += 1;
    else if (name === 'f') this.#isFormula = true;
    else if (name === 'row') this.#openRow(attributes['r']);
  };

  readonly text = (text: string): void => {
    if (!this.#isTaking) return;
    this.#value += text;
    if (this.#value.length > XLSX_LIMITS.cellLength * 8) throw new UploadRefused('xlsx_broken');
  };

  readonly close = (name: string): void => {
    if (name === 'v' || name === 't') this.#isTaking = false;
    else if (name === 'rPh') this.#phonetic -= 1;
    else if (name === 'c') this.#closeCell();
    else if (name === 'row') this.#closeRow();
  };

  #openRow(number: string | undefined): void {
    this.#count += 1;
    const line = number === undefined ? this.#line + 1 : Number(number);
    if (!(line > this.#line)) throw new UploadRefused('xlsx_broken');
    if (this.#count > XLSX_LIMITS.rows || line > XLSX_LIMITS.rows)
      throw new UploadRefused('xlsx_broken');
    this.#line = line;
    this.#cells = [];
    this.#fault = undefined;
    this.#place = -1;
  }

  #openCell({ r, t, s }: Readonly<Record<string, string>>): void {
    this.#place = r === undefined ? this.#place + 1 : placeIn(r);
    this.#type = t;
    this.#format = this.#book.formats[Number(s ?? 0)] ?? GENERAL;
    this.#value = '';
    this.#hasValue = this.#isFormula = false;
  }

  #closeCell(): void {
    const cell = this.#cellText();
    const text = typeof cell === 'string' ? cell : cell.text;
    if (text === '' && typeof cell === 'string') return;
    if (this.#place >= XLSX_LIMITS.columns) {
      const columns = this.#place + 1;
      throw new UploadRefused('too_many_columns', { columns, limit: 100 });
    }
    while (this.#cells.length < this.#place) this.#cells.push('');
    this.#cells[this.#place] = text;
    if (typeof cell !== 'string') this.#fault ??= { ...cell.fault, column: this.#place };
  }

  #cellText(): CellText {
    const value = this.#value;
    if (!this.#hasValue || (value === '' && this.#type !== 's'))
      return this.#isFormula && !this.#hasValue ? this.#faulty('formula_without_value') : '';
    switch (this.#type) {
      case 's':
        return this.#strings.of(Number(value));
      case 'str':
      case 'inlineStr':
        return withoutEscapes(value);
      case 'b':
        return value === '1' || value === 'true' ? 'TRUE' : 'FALSE';
      case 'e':
        return this.#faulty('cell_error');
      case 'd':
        return isoText(value, this.#format);
      case undefined:
      default:
        return numberText(value, this.#format, this.#address(), this.#book.from1904);
    }
  }

  #faulty(code: 'cell_error' | 'formula_without_value'): CellText {
    const params = { value: this.#value.slice(0, 100), at: this.#address() };
    return { text: this.#value, fault: { code, params } };
  }

  #address(): string {
    return `${nameOf(this.#place)}${this.#line}`;
  }

  #closeRow(): void {
    if (this.#cells.length === 0 && this.#fault === undefined) return;
    const fault = this.#fault;
    this.#records.push({ line: this.#line, cells: this.#cells, ...(fault && { fault }) });
  }
}

/** From 0: A is 0, AA is 26. */
function placeIn(address: string): number {
  let number = 0;
  for (let at = 0; at < address.length; at++) {
    const code = address.charCodeAt(at);
    if (code < 65 || code > 90) break;
    number = number * 26 + code - 64;
  }
  if (number === 0) throw new UploadRefused('xlsx_broken');
  return number - 1;
}

function nameOf(place: number): string {
  let name = '';
  for (let left = place + 1; left > 0; left = Math.floor((left - 1) / 26))
    name = String.fromCharCode(65 + ((left - 1) % 26)) + name;
  return name;
}
