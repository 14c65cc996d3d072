import { seenIn } from './if-match.js';

describe('an If-Match header', () => {
  it.each([
    ['"7"', ['7']],
    ['"7", "8"', ['7', '8']],
    [' "a,b" ', ['a,b']],
    ['W/"7", "8"', ['8']],
    ['W/"7"', []],
  ])('an If-Match header of %s means %j', (header, etags) => {
    expect([...(seenIn(header) ?? [])]).toEqual(etags);
  });

  it.each([undefined, '*', ' * '])('an If-Match header of %s means any version', (header) => {
    expect(seenIn(header)).toBeUndefined();
  });

  it.each(['', '7', '"7', '"7" "8"', '"7",', '*, "7"', '"\u00e4"'])(
    'an If-Match header of %s is refused rather than read as any version',
    (header) => {
      expect(() => seenIn(header)).toThrow(expect.objectContaining({ code: 'if_match_invalid' }));
    },
  );
});
