import { DomainError } from '../kernel/domain-error.js';
import { readJsonBody } from './json-body.js';
import { MAX_DEPTH, MAX_ITEMS, MAX_MEMBERS, MAX_VALUES } from './json-scan.js';

const read = (text: string, lists: Record<string, number> = {}, isForgotten = () => false) =>
  readJsonBody(Buffer.from(text), {
    lists,
    isForgotten,
    parse: (part) => JSON.parse(part) as unknown,
  });

const objectOf = (count: number): string =>
  `{${Array.from({ length: count }, (_, i) => `"m${i}":1`).join()}}`;
const arrayOf = (count: number, item = '1'): string => `[${Array(count).fill(item).join()}]`;
const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

const OPENIDS = Array.from({ length: 330_000 }, (_, i) => `o${String(i).padStart(27, '0')}`);
const LONG = { appid: 'wx"1', audience: { kind: 'openids', openids: OPENIDS }, name: 'x]}' };
const BOUNDS = { 'audience.openids': 2_000_000 };

describe('a JSON body', () => {
  it('a JSON body with every bound reached is read', async () => {
    for (const text of [objectOf(MAX_MEMBERS), arrayOf(MAX_ITEMS), nested(MAX_DEPTH)]) {
      expect(await read(text)).toEqual(JSON.parse(text));
    }
  });

  it.each([
    ['a member too many', objectOf(MAX_MEMBERS + 1), 'body_too_many'],
    ['an item too many', arrayOf(MAX_ITEMS + 1), 'body_too_many'],
    ['a level too many', nested(MAX_DEPTH + 1), 'body_too_deep'],
    ['5,000 levels', nested(5_000), 'body_too_deep'],
    ['too many values in all', arrayOf(MAX_VALUES / 100 + 1, arrayOf(100)), 'body_too_many'],
    [
      'a list of a route that takes none',
      `{"audience":{"openids":${arrayOf(5_000)}}}`,
      'body_too_many',
    ],
  ])('a JSON body with %s is refused before it is parsed', async (_, text, code) => {
    const parse = () => {
      throw new Error('it has been parsed');
    };
    const reading = readJsonBody(Buffer.from(text), { lists: {}, isForgotten: () => false, parse });

    await expect(reading).rejects.toThrow(expect.objectContaining({ kind: 'too-large', code }));
  });

  it('a JSON body with brackets and commas in its strings is not thought deep or long', async () => {
    const text = JSON.stringify({ text: '[{,"\\'.repeat(5_000) });
    expect(await read(text)).toEqual(JSON.parse(text));
  });

  it('a JSON body with a list of 330,000 openids is read in hundreds of turns, whole and in order', async () => {
    let turns = 0;
    let isReading = true;
    const count = (): void => {
      turns++;
      if (isReading) setImmediate(count);
    };
    setImmediate(count);
    const body = await read(JSON.stringify(LONG), BOUNDS);
    isReading = false;

    expect(body).toEqual(LONG);
    expect(turns).toBeGreaterThan(100);
  });

  it('a JSON body with a list longer than its route takes is refused', async () => {
    await expect(read(JSON.stringify(LONG), { 'audience.openids': 329_999 })).rejects.toThrow(
      'more than 329999 items in audience.openids',
    );
  });

  it('a JSON body that nobody waits for any more is left alone', async () => {
    let looks = 0;
    const reading = read(JSON.stringify(LONG), BOUNDS, () => ++looks > 3);

    await expect(reading).rejects.toThrow(DomainError);
    expect(looks).toBe(4);
  });

  it.each([
    ['a missing comma', (text: string) => text.replace('9","o', '9" "o')],
    ['a comma too many', (text: string) => text.replace('"]}', '",]}')],
    ['an end too early', (text: string) => text.slice(0, -20)],
    ['a bracket of the wrong kind', (text: string) => text.replace('"]}', '"}}')],
  ])('a JSON body with %s in or after its long list is no JSON', async (_, spoil) => {
    await expect(read(spoil(JSON.stringify(LONG)), BOUNDS)).rejects.toThrow(SyntaxError);
  });

  it('a JSON body that is a long list itself is read too', async () => {
    const text = arrayOf(15_000, '{"openid":"o1","formId":"f"}');
    expect(await read(text, { '': 20_000 })).toHaveLength(15_000);
  });

  it('a JSON body that names its list twice means the latter', async () => {
    const text = JSON.stringify(LONG).replace('"name":', '"audience":{"openids":[]},"name":');
    expect(await read(text, BOUNDS)).toMatchObject({ name: 'x]}' });
  });
});
