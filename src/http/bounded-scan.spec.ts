import { pageOfScan } from './bounded-scan.js';

const page = (items: string[], read: number, reached: string | null) =>
  pageOfScan({ items, read, reached }, 2, 5, (item) => item);

describe('a page of a bounded scan', () => {
  it('a page of a bounded scan goes on after its last item when more match', () => {
    expect(page(['a', 'c', 'd'], 4, 'd')).toEqual({ items: ['a', 'c'], next: 'c' });
  });

  it('a page of a bounded scan goes on where the scan stopped when fewer match', () => {
    expect(page(['a'], 5, 'e')).toEqual({ items: ['a'], next: 'e' });
  });

  it('a page of a bounded scan may be empty and not the last', () => {
    expect(page([], 5, 'e')).toEqual({ items: [], next: 'e' });
  });

  it('a page of a bounded scan is the last when the scan came to the end', () => {
    expect(page(['a', 'b'], 4, 'd')).toEqual({ items: ['a', 'b'], next: null });
    expect(page([], 0, null)).toEqual({ items: [], next: null });
  });
});
