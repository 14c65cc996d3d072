import { KEPT_OF_LONG, LONGEST_RECORD, type RawRecord, type RecordFault } from './raw-record.js';

/** Reads NDJSON: one object a line, whose members are the cells of the columns called so. */
export class NdjsonReader {
  #text = '';
  #line = 0;
  #isDropping = false;
  readonly #places: ReadonlyMap<string, number>;

  constructor(columns: readonly string[]) {
    this.#places = new Map(columns.map((name, place) => [name, place]));
  }

  push(text: string): RawRecord[] {
    const lines = (this.#text + text).split('\n');
    this.#text = lines.pop() ?? '';
    const records = lines.flatMap((line) => this.#recordOf(line) ?? []);
    if (this.#text.length > LONGEST_RECORD) {
      if (!this.#isDropping) records.push(this.#tooLong(this.#text, this.#line + 1));
      this.#isDropping = true;
      this.#text = '';
    }
    return records;
  }

  end(): RawRecord[] {
    const rest = this.#text;
    this.#text = '';
    return rest === '' ? [] : [this.#recordOf(rest)].flatMap((record) => record ?? []);
  }

  #recordOf(text: string): RawRecord | undefined {
    this.#line += 1;
    if (this.#isDropping) {
      this.#isDropping = false;
      return undefined; // its record has been told
    }
    if (text.trim() === '') return undefined;
    if (text.length > LONGEST_RECORD) return this.#tooLong(text, this.#line);
    const members = membersOf(text);
    if (members === undefined)
      return { line: this.#line, cells: [text.trim()], fault: { code: 'json_invalid' } };
    const cells = Array.from({ length: this.#places.size }, () => '');
    let fault: RecordFault | undefined;
    for (const [member, value] of Object.entries(members)) {
      const name = member.trim();
      const place = this.#places.get(name);
      if (place === undefined) {
        if (value !== null) fault ??= { code: 'column_unknown', params: { column: name } };
        continue;
      }
      cells[place] = textOf(value) ?? JSON.stringify(value).slice(0, KEPT_OF_LONG);
      if (textOf(value) === undefined)
        fault ??= { code: 'value_not_text', params: { column: name }, column: place };
    }
    return { line: this.#line, cells, ...(fault && { fault }) };
  }

  #tooLong(text: string, line: number): RawRecord {
    const fault = { code: 'row_too_long', params: { limit: LONGEST_RECORD } } as const;
    return { line, cells: [text.slice(0, KEPT_OF_LONG)], fault };
  }
}

type Source = { readonly source?: string };

/** Of one line, numbers as they are written: parsed they would lose digits. Undefined where it is no object. */
export function membersOf(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const parsed: unknown = JSON.parse(line, (_name, value: unknown, { source }: Source = {}) =>
      typeof value === 'number' ? (source ?? String(value)) : value,
    );
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
      ? (parsed as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined;
  }
}

function textOf(value: unknown): string | undefined {
  if (value === null) return '';
  if (typeof value === 'boolean') return String(value);
  return typeof value === 'string' ? value : undefined;
}
