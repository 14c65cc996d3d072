import fc from 'fast-check';
import { faultOfValue } from '../../../src/simulator/endpoints/sending/typed-value.js';
import { checkFields } from '../../../src/templates/check-fields.js';
import { type FieldType, fitOf } from '../../../src/templates/field-rules.js';
import { fieldsOf } from '../../../src/templates/template-fields.js';

const TYPES: readonly FieldType[] = [
  'thing',
  'short_thing',
  'character_string',
  'time',
  'date',
  'amount',
  'phone_number',
  'car_number',
  'const',
  'number',
  'letter',
  'symbol',
  'name',
  'phrase',
  'text',
];

const number = fc.integer({ min: 0, max: 99 }).map(String);
const piece = fc.oneof(
  number,
  fc.constantFrom('2026', '02', '24', ':00', ':', '年', '月', '日', '-', '/', '.', '~', ' ', '，'),
  fc.constantFrom(
    '¥',
    '$',
    '元',
    '粤',
    'A',
    'é',
    '张',
    '·',
    '+',
    '😀',
    '❤️',
    '１',
    '：',
    '\n',
    '\u2028',
  ),
  fc.string({ unit: 'binary', maxLength: 3 }),
);
const clock = fc
  .tuple(number, number)
  .map(([hours, minutes]) => `${hours}:${minutes.padStart(2, '0')}`);
const dated = fc
  .tuple(
    fc.constantFrom('2026', '26', '12', ''),
    fc.constantFrom('年', '-', '/', '.', ''),
    number,
    fc.constantFrom('月', '-', '/', '.', ''),
    number,
    fc.constantFrom('日', ''),
  )
  .map((parts) => parts.join(''));
const moment = fc
  .tuple(
    fc.oneof(dated, fc.constant('')),
    fc.constantFrom(' ', '', '  '),
    fc.oneof(clock, fc.constant('24:00'), fc.constant('')),
  )
  .map((parts) => parts.join(''));
const value = fc.oneof(
  fc.array(piece, { minLength: 1, maxLength: 24 }).map((pieces) => pieces.join('')),
  fc.array(moment, { minLength: 1, maxLength: 3 }).map((moments) => moments.join('~')),
);

describe('a typed value', () => {
  it('a typed value is never refused by us where WeChat would take it, nor said to fit where it would not', () => {
    fc.assert(
      fc.property(fc.constantFrom(...TYPES), value, (type, text) => {
        const name = `${type === 'text' ? 'keyword' : type}1`;
        const ours = checkFields(
          { fields: fieldsOf(`项：{{${name}.DATA}}`), unread: [] },
          { [name]: text },
        );
        const wechats = faultOfValue(name, text);
        // What has no type may not be empty, nor have control characters, for reasons of our own.
        if (wechats === undefined && !['text', 'short_thing'].includes(type))
          expect([text, ours]).toEqual([text, []]);
        if (ours.length === 0 && fitOf(type, text) === 'fits')
          expect([text, wechats]).toEqual([text, undefined]);
      }),
      { numRuns: 20_000 },
    );
  });
});
