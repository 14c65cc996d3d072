import { waves } from './waves.js';

describe('waves', () => {
  it('holds each key once a wave, and keeps the order of equal keys', () => {
    expect(waves(['a1', 'b1', 'a2', 'c1', 'a3', 'b2'], (s) => s.slice(0, 1))).toEqual([
      ['a1', 'b1', 'c1'],
      ['a2', 'b2'],
      ['a3'],
    ]);
  });

  it('is nothing for nothing', () => {
    expect(waves([], String)).toEqual([]);
  });
});
