import { type ByteSource } from './byte-source.js';
import { storable } from './columns.js';
import { membersOf } from './ndjson-reader.js';
import { LONGEST_RECORD } from './raw-record.js';
import { type Encoding, textOf } from './text-encoding.js';

/** Objects that are asked for their members; a later one may have no others. */
const LOOKED_AT = 1_000;

/** The names of the members in the first lines, in the order in which they occur. */
export async function ndjsonColumns(source: ByteSource, encoding: Encoding): Promise<string[]> {
  const names = new Set<string>();
  let rest = '';
  let lines = 0;
  const look = (line: string): void => {
    lines += 1;
    for (const name of Object.keys(membersOf(line) ?? {}))
      if (name.trim() !== '') names.add(storable(name.trim()));
  };
  for await (const text of textOf(source, encoding)) {
    const whole = (rest + text).split('\n');
    rest = (whole.pop() ?? '').slice(0, LONGEST_RECORD);
    for (const line of whole.slice(0, LOOKED_AT - lines)) look(line);
    if (lines >= LOOKED_AT) return [...names];
  }
  look(rest);
  return [...names];
}
