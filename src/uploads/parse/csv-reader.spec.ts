import fc from 'fast-check';
import { stringify } from 'csv-stringify/sync';
import { CsvReader } from './csv-reader.js';

const cell = fc.string({
  unit: fc.constantFrom('a', '中', '"', ',', ';', '\n', '\r', ' '),
  maxLength: 6,
});
const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), {
  minLength: 1,
  maxLength: 6,
});
const lineEnd = fc.constantFrom('\n', '\r\n', '\r');

const read = (pieces: readonly string[]): string[][] => {
  const reader = new CsvReader(',');
  const records = [...pieces.flatMap((piece) => reader.push(piece)), ...reader.end()];
  return records.map(({ cells }) => [...cells]);
};

describe('a reader of CSV', () => {
  it('whatever is written as CSV is read as it was, however it is cut into pieces', () => {
    fc.assert(
      fc.property(table, lineEnd, fc.array(fc.nat(40)), (rows, end, cuts) => {
        const text = stringify(rows, { record_delimiter: end, quoted: true });
        const at = [
          0,
          ...cuts.map((cut) => cut % text.length).toSorted((a, b) => a - b),
          text.length,
        ];
        const pieces = at.slice(1).map((to, index) => text.slice(at[index], to));
        expect(read(pieces)).toEqual(rows);
      }),
      { numRuns: 500 },
    );
  });

  it('any text is read to its end, the same in one piece and in many, with a line for each record', () => {
    const wild = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r'), maxLength: 40 });
    fc.assert(
      fc.property(wild, (text) => {
        const whole = new CsvReader(',');
        const records = [...whole.push(text), ...whole.end()];
        const parts = new CsvReader(',');
        expect([...[...text].flatMap((piece) => parts.push(piece)), ...parts.end()]).toEqual(
          records,
        );
        const lines = records.map(({ line }) => line);
        expect(lines).toEqual([...new Set(lines)].toSorted((a, b) => a - b));
      }),
      { numRuns: 2_000 },
    );
  });
});
