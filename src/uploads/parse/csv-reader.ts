import { KEPT_OF_LONG, LONGEST_RECORD, type RawRecord } from './raw-record.js';
import type { RowFaultCode } from './row-faults.js';

/** More text is needed before it is known where the record ends. */
const MORE = 'more';

/**
 * Reads the records of a CSV as its text comes: quotes with line ends inside, CRLF, LF and CR mixed. A lost quote costs
 * the row in which it stands, and reading goes on in the next line; nothing ends the reading.
 */
export class CsvReader {
  #text = '';
  #at = 0;
  #line = 1;
  #isDropping = false;
  /** The next of each character at or behind `#at`, looked up once. */
  readonly #next = { '\n': -1, '\r': -1, '"': -1 };
  readonly #delimiter: string;

  constructor(delimiter: string, skippedLines = 0) {
    this.#delimiter = delimiter;
    this.#line += skippedLines;
  }

  push(text: string): RawRecord[] {
    this.#take(text);
    return this.#records(false);
  }

  /** What is left once all text has come. */
  end(): RawRecord[] {
    this.#take('');
    return this.#records(true);
  }

  #take(text: string): void {
    this.#text = this.#text.slice(this.#at) + text;
    this.#at = 0;
    for (const character of ['\n', '\r', '"'] as const) this.#next[character] = -1;
  }

  #records(last: boolean): RawRecord[] {
    const records: RawRecord[] = [];
    while (this.#at < this.#text.length) {
      if (this.#isDropping) {
        if (!this.#drop(last)) break;
        continue;
      }
      const record = this.#record(last);
      if (record === MORE) break;
      records.push(record);
    }
    return records;
  }

  #indexOf(character: '\n' | '\r' | '"'): number {
    const known = this.#next[character];
    if (known >= this.#at) return known;
    const found = this.#text.indexOf(character, this.#at);
    return (this.#next[character] = found < 0 ? Infinity : found);
  }

  #record(last: boolean): RawRecord | typeof MORE {
    const end = Math.min(this.#indexOf('\n'), this.#indexOf('\r'));
    if (this.#indexOf('"') < end) return this.#quotedRecord(last);
    if (end === Infinity) {
      if (this.#text.length - this.#at > LONGEST_RECORD) return this.#tooLong();
      if (!last) return MORE;
    }
    const stop = Math.min(end, this.#text.length);
    if (!last && this.#isSplitEnd(stop)) return MORE;
    if (stop - this.#at > LONGEST_RECORD) return this.#broken('row_too_long');
    const record = { line: this.#line, cells: this.#split(stop) };
    this.#leave(stop);
    return record;
  }

  #split(stop: number): string[] {
    return this.#text.slice(this.#at, stop).split(this.#delimiter);
  }

  #quotedRecord(last: boolean): RawRecord | typeof MORE {
    const cells: string[] = [];
    for (let at = this.#at; ; at++) {
      const cell = this.#text[at] === '"' ? this.#quoted(at, last) : this.#plain(at, last);
      if (cell === MORE) return MORE;
      if (typeof cell === 'string') return this.#broken(cell);
      cells.push(cell.value);
      at = cell.end;
      if (this.#text[at] === this.#delimiter) continue;
      if (!last && this.#isSplitEnd(at)) return MORE;
      if (at - this.#at > LONGEST_RECORD) return this.#broken('row_too_long');
      const record = { line: this.#line, cells };
      this.#line += lineEndsIn(this.#text.slice(this.#at, at));
      this.#leave(at);
      return record;
    }
  }

  #quoted(from: number, last: boolean): Cell | RowFaultCode | typeof MORE {
    let value = '';
    for (let at = from + 1; ;) {
      const quote = this.#text.indexOf('"', at);
      const stop = quote < 0 ? this.#text.length : quote;
      if (stop - this.#at > LONGEST_RECORD) return 'quote_unclosed';
      if (quote < 0) return last ? 'quote_unclosed' : MORE;
      value += this.#text.slice(at, quote);
      if (quote + 1 === this.#text.length && !last) return MORE;
      if (this.#text[quote + 1] === '"') {
        value += '"';
        at = quote + 2;
        continue;
      }
      if (this.#isCellEnd(quote + 1)) return { value, end: quote + 1 };
      if (/[\r\n]/.test(value)) return 'quote_misplaced';
      // "李"四 is 李四, as Excel reads it.
      const rest = this.#plain(quote + 1, last);
      return typeof rest === 'string' ? rest : { value: value + rest.value, end: rest.end };
    }
  }

  #plain(from: number, last: boolean): Cell | RowFaultCode | typeof MORE {
    let end = from;
    while (end < this.#text.length && !this.#isCellEnd(end)) end++;
    if (end === this.#text.length && !last)
      return end - this.#at > LONGEST_RECORD ? 'row_too_long' : MORE;
    return { value: this.#text.slice(from, end), end };
  }

  #isCellEnd(at: number): boolean {
    if (at >= this.#text.length) return true;
    const character = this.#text[at];
    return character === this.#delimiter || character === '\n' || character === '\r';
  }

  /** The line feed of a CRLF may be in the next piece. */
  #isSplitEnd(at: number): boolean {
    return at === this.#text.length || (this.#text[at] === '\r' && at + 1 === this.#text.length);
  }

  /** Goes on behind the line end that is there. */
  #leave(end: number): void {
    if (end >= this.#text.length) {
      this.#at = this.#text.length;
      return;
    }
    this.#at = end + (this.#text[end] === '\r' && this.#text[end + 1] === '\n' ? 2 : 1);
    this.#line += 1;
  }

  /** The first line of a record that cannot be read, as one row; reading goes on in the next line. */
  #broken(code: RowFaultCode): RawRecord {
    const end = Math.min(this.#indexOf('\n'), this.#indexOf('\r'), this.#text.length);
    if (end - this.#at > LONGEST_RECORD) return this.#tooLong();
    const record = { line: this.#line, cells: this.#split(end), fault: { code, ...limitOf(code) } };
    this.#leave(end);
    return record;
  }

  #tooLong(): RawRecord {
    const kept = this.#text.slice(this.#at, this.#at + KEPT_OF_LONG);
    this.#isDropping = true;
    const code = 'row_too_long';
    return { line: this.#line, cells: [kept], fault: { code, ...limitOf(code) } };
  }

  /** False where the line goes on in the next piece. */
  #drop(last: boolean): boolean {
    const end = Math.min(this.#indexOf('\n'), this.#indexOf('\r'));
    if (end === Infinity || (!last && this.#isSplitEnd(end))) {
      this.#at = end === Infinity ? this.#text.length : end;
      return false;
    }
    this.#isDropping = false;
    this.#leave(end);
    return true;
  }
}

interface Cell {
  readonly value: string;
  readonly end: number;
}

const lineEndsIn = (text: string): number => text.match(/\r\n|\n|\r/g)?.length ?? 0;

const limitOf = (code: RowFaultCode) =>
  code === 'row_too_long' ? { params: { limit: LONGEST_RECORD } } : {};
