import { setImmediate as turn } from 'node:timers/promises';
import { both } from '../kernel/bilingual.js';
import { DomainError } from '../kernel/domain-error.js';
import type { ListBounds } from './body-bounds.js';
import { JsonScan, type LongList } from './json-scan.js';

/** So much is scanned between two turns of the event loop, in which others are answered. */
const BYTES_PER_TURN = 128 * 1024;

export interface JsonReading {
  readonly lists: ListBounds;
  /** Parses a text that is small by then. */
  readonly parse: (text: string) => unknown;
  /** Whether nobody waits for the answer any more. */
  readonly isForgotten: () => boolean;
}

/** A JSON body, however long its lists, without stopping everybody else; bounds as `JsonScan` says. */
export async function readJsonBody(
  bytes: Buffer,
  { lists, parse, isForgotten }: JsonReading,
): Promise<unknown> {
  const scan = new JsonScan(bytes, lists);
  while (!scan.advance(BYTES_PER_TURN)) await next(isForgotten);
  const found: { path: string; items: unknown[] }[] = [];
  for (const list of scan.lists) {
    const items: unknown[] = [];
    for (const [from, to] of piecesOf(list)) {
      const text = bytes.toString('utf8', from, to);
      if (text.trim() === '') throw new SyntaxError('an item is missing');
      items.push(...(parse(`[${text}]`) as unknown[]));
      await next(isForgotten);
    }
    found.push({ path: list.path, items });
  }
  const body = parse(withoutLists(bytes, scan.lists));
  for (const { path, items } of found) {
    if (path === '') return items;
    put(body, path.split('.'), items);
  }
  return body;
}

async function next(isForgotten: () => boolean): Promise<void> {
  await turn();
  if (isForgotten()) {
    throw new DomainError(
      'invalid',
      'client_gone',
      both('客户端已断开。', 'Nobody waits for the answer any more.'),
    );
  }
}

function piecesOf({ from, to, cuts }: LongList): [number, number][] {
  const starts = [from, ...cuts.map((cut) => cut + 1)];
  return starts.map((start, i) => [start, cuts[i] ?? to]);
}

function withoutLists(bytes: Buffer, lists: readonly LongList[]): string {
  let text = '';
  let at = 0;
  for (const { from, to } of lists) {
    text += bytes.toString('utf8', at, from);
    at = to;
  }
  return text + bytes.toString('utf8', at);
}

/** Puts a list where its empty array still is: of two members with one name the latter counts, as in any JSON. */
function put(body: unknown, [name = '', ...rest]: string[], items: unknown[]): void {
  if (typeof body !== 'object' || body === null || !Object.hasOwn(body, name)) return;
  const members = body as Record<string, unknown>;
  if (rest.length > 0) put(members[name], rest, items);
  else if (Array.isArray(members[name])) members[name] = items;
}
