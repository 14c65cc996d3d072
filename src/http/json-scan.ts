import { both } from '../kernel/bilingual.js';
import { DomainError } from '../kernel/domain-error.js';
import type { ListBounds } from './body-bounds.js';

export const MAX_MEMBERS = 1_000;
export const MAX_ITEMS = 1_000;
export const MAX_DEPTH = 32;
/** Members and items of a whole body, without its long lists: later checks may take the square of their number. */
export const MAX_VALUES = 20_000;

/** A long list's bytes are parsed in pieces of this size. */
const PIECE_BYTES = 64 * 1024;

/** A long list that the route takes: where it stands, and the commas between its items at which it may be cut. */
export interface LongList {
  readonly path: string;
  readonly from: number;
  to: number;
  readonly cuts: number[];
}

interface Container {
  readonly isObject: boolean;
  /** Path of keys from the root; undefined inside an array. */
  readonly path: string | undefined;
  readonly limit: number;
  readonly list: LongList | undefined;
  commas: number;
  /** The key of the member that comes next. */
  key: string;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const [COMMA, COLON] = [0x2c, 0x3a];
const [ARRAY, ARRAY_END, OBJECT, OBJECT_END] = [0x5b, 0x5d, 0x7b, 0x7d];

/**
 * One pass over a body's bytes before they are parsed: refuses more members, items or depth than any request of ours
 * has, and finds the long lists. Whether the bytes are JSON, the parser decides.
 */
export class JsonScan {
  readonly lists: LongList[] = [];
  readonly #open: Container[] = [];
  #at = 0;
  #inString = false;
  #stringFrom = 0;
  #stringTo = 0;
  #values = 0;
  readonly #bytes: Buffer;
  readonly #bounds: ListBounds;

  constructor(bytes: Buffer, bounds: ListBounds) {
    this.#bytes = bytes;
    this.#bounds = bounds;
  }

  /** Scans so many more bytes; true once all are scanned. */
  advance(count: number): boolean {
    const bytes = this.#bytes;
    const end = Math.min(bytes.length, this.#at + count);
    for (; this.#at < end; this.#at++) {
      const byte = bytes[this.#at];
      if (this.#inString) {
        if (byte === BACKSLASH) this.#at++;
        else if (byte === QUOTE) {
          this.#inString = false;
          this.#stringTo = this.#at;
        }
      } else if (byte === QUOTE) {
        this.#inString = true;
        this.#stringFrom = this.#at + 1;
      } else if (byte === COMMA) this.#passComma();
      else if (byte === COLON) this.#passKey();
      else if (byte === OBJECT || byte === ARRAY) this.#enter(byte === OBJECT);
      else if (byte === OBJECT_END || byte === ARRAY_END) this.#leave(byte === OBJECT_END);
    }
    return this.#at >= bytes.length;
  }

  #enter(isObject: boolean): void {
    if (this.#open.length >= MAX_DEPTH) {
      throw tooMuch(
        'body_too_deep',
        MAX_DEPTH,
        `请求体嵌套超过 ${MAX_DEPTH} 层`,
        `the body is nested deeper than ${MAX_DEPTH}`,
      );
    }
    const parent = this.#open.at(-1);
    const path = pathIn(parent);
    const declared = isObject || path === undefined ? undefined : this.#bounds[path];
    const list: LongList | undefined =
      declared === undefined || path === undefined
        ? undefined
        : { path, from: this.#at + 1, to: this.#at + 1, cuts: [] };
    const limit = declared ?? (isObject ? MAX_MEMBERS : MAX_ITEMS);
    this.#open.push({ isObject, path, limit, list, commas: 0, key: '' });
  }

  #leave(isObject: boolean): void {
    const closed = this.#open.pop();
    if (closed?.isObject !== isObject) throw new SyntaxError('a bracket closes what is not open');
    if (closed.list === undefined) return;
    closed.list.to = this.#at;
    // A short list stays in the body.
    if (closed.list.cuts.length > 0) this.lists.push(closed.list);
  }

  #passKey(): void {
    const container = this.#open.at(-1);
    // Only short keys are the names of lists; nothing else is done with them.
    if (container?.isObject !== true || container.path === undefined) return;
    if (this.#stringTo - this.#stringFrom <= 64) {
      container.key = this.#bytes.toString('utf8', this.#stringFrom, this.#stringTo);
    }
  }

  #passComma(): void {
    const container = this.#open.at(-1);
    if (container === undefined) return;
    const { isObject, limit, list } = container;
    if (++container.commas >= limit) {
      const what = isObject ? 'members in one object' : `items in ${container.path || 'an array'}`;
      const where = isObject ? '一个对象的成员' : `${container.path || '数组'} 的项`;
      throw tooMuch(
        'body_too_many',
        limit,
        `${where}超过 ${limit} 个`,
        `the body has more than ${limit} ${what}`,
      );
    }
    if (list !== undefined) {
      if (this.#at - (list.cuts.at(-1) ?? list.from) >= PIECE_BYTES) list.cuts.push(this.#at);
    } else if (!this.#open.some((outer) => outer.list) && ++this.#values >= MAX_VALUES) {
      throw tooMuch(
        'body_too_many',
        MAX_VALUES,
        `请求体中的值超过 ${MAX_VALUES} 个`,
        `the body has more than ${MAX_VALUES} values in all`,
      );
    }
  }
}

function pathIn(parent: Container | undefined): string | undefined {
  if (parent === undefined) return '';
  if (!parent.isObject || parent.path === undefined) return undefined;
  return parent.path === '' ? parent.key : `${parent.path}.${parent.key}`;
}

const tooMuch = (code: string, most: number, zh: string, en: string): DomainError =>
  new DomainError(
    'too-large',
    code,
    both(`${zh}，请分批发送。`, `${en}: send less at once.`, { most }),
  );
