import { page } from './cursor.js';

describe('a page', () => {
  const cursorOf = (n: number) => String(n);

  it('a page names the next one only while there is more', () => {
    expect(page([1, 2, 3], 2, cursorOf)).toEqual({ items: [1, 2], next: '2' });
    expect(page([1, 2], 2, cursorOf)).toEqual({ items: [1, 2], next: null });
    expect(page([], 2, cursorOf)).toEqual({ items: [], next: null });
  });
});
