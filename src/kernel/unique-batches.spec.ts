import { uniqueBatches } from './unique-batches.js';

describe('uniqueBatches', () => {
  it('uniqueBatches hold each key once, and keep the order of equal keys', () => {
    expect(uniqueBatches(['a1', 'b1', 'a2', 'c1', 'a3', 'b2'], (s) => s.slice(0, 1))).toEqual([
      ['a1', 'b1', 'c1'],
      ['a2', 'b2'],
      ['a3'],
    ]);
  });

  it('uniqueBatches are none of nothing', () => {
    expect(uniqueBatches([], String)).toEqual([]);
  });
});
