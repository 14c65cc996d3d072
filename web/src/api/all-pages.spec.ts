import { allPages } from './all-pages';

describe('a list that is read whole', () => {
  it('a list that is read whole goes from page to page, through short and empty ones, to its end', async () => {
    const pages: Record<string, { items: number[]; next: string | null }> = {
      first: { items: [1, 2], next: 'a' },
      a: { items: [], next: 'b' },
      b: { items: [3], next: null },
    };
    expect(await allPages(async (after) => pages[after ?? 'first']!)).toEqual([1, 2, 3]);
  });
});
