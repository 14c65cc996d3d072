/** Bytes of a text in encodings that Node only reads, found by decoding what there is. */
function reversed(
  name: string,
  leads: [number, number],
  trails: [number, number],
): Map<string, Buffer> {
  const decoder = new TextDecoder(name);
  const bytes = new Map<string, Buffer>();
  for (let lead = leads[0]; lead <= leads[1]; lead++) {
    for (let trail = trails[0]; trail <= trails[1]; trail++) {
      const pair = Buffer.of(lead, trail);
      const text = decoder.decode(pair);
      if (!text.includes('\ufffd') && [...text].length === 1 && !bytes.has(text))
        bytes.set(text, pair);
    }
  }
  return bytes;
}

const tables = new Map<string, Map<string, Buffer>>();

export function encoded(name: 'gb18030' | 'big5' | 'shift_jis', text: string): Buffer {
  const table = tables.get(name) ?? reversed(name, [0x81, 0xfe], [0x40, 0xfe]);
  tables.set(name, table);
  return Buffer.concat(
    [...text].map((character) => {
      const code = character.codePointAt(0) ?? 0;
      if (code < 0x80) return Buffer.of(code);
      const pair = table.get(character);
      if (pair !== undefined) return pair;
      if (name === 'gb18030' && code >= 0x10000) return fourBytes(code);
      throw new Error(`${character} has no bytes in ${name}`);
    }),
  );
}

/** Beyond the first plane GB18030 counts on. */
function fourBytes(code: number): Buffer {
  let left = code - 0x10000;
  const bytes = [0, 0, 0, 0];
  for (const [at, base, size] of [
    [3, 0x30, 10],
    [2, 0x81, 126],
    [1, 0x30, 10],
    [0, 0x90, 126],
  ] as const) {
    bytes[at] = base + (left % size);
    left = Math.floor(left / size);
  }
  return Buffer.from(bytes);
}

export const utf16le = (text: string): Buffer => Buffer.from(text, 'utf16le');
export const utf16be = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();
export const withBom = (text: string): Buffer => Buffer.from(`\ufeff${text}`);
