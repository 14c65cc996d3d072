import { readProblemCursor, writeProblemCursor } from './problem-cursor.js';

describe('problem-cursor', () => {
  it.each([
    { state: 'refused', errcode: 43004, openid: 'oA_-1' },
    { state: 'unknown', errcode: -1, openid: 'oB' },
    { state: 'failed', errcode: 0, openid: 'o'.repeat(64) },
  ] as const)('the cursor of a list of problems reads what it wrote: $state $errcode', (cursor) => {
    expect(readProblemCursor(writeProblemCursor(cursor))).toEqual(cursor);
  });

  it.each([
    'oA',
    'refused.43004',
    'accepted.0.oA',
    'refused.x.oA',
    'refused.1.o:A',
    'refused.1.oA.b',
  ])('the cursor of a list of problems refuses %s', (text) => {
    expect(() => readProblemCursor(text)).toThrow(
      expect.objectContaining({ code: 'cursor_invalid' }),
    );
  });
});
