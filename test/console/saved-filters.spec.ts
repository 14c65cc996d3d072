import {
  filtersOf,
  MOST_FILTERS,
  queryOf,
  withFilter,
  withQuery,
} from '../../web/src/broadcasts/saved-filters.js';

describe('filters that somebody keeps', () => {
  it('a filter is its members in one order: the account and the page are no part of it', () => {
    const query = queryOf(
      new URLSearchParams('archived=1&mine=1&appid=wx1&shown=paused&name=&after=9'),
    );
    expect(query).toBe('shown=paused&mine=1&archived=1');
    expect(withQuery(new URLSearchParams('appid=wx1&name=x'), query).toString()).toBe(
      'appid=wx1&shown=paused&mine=1&archived=1',
    );
  });

  it('a name that is given again replaces the filter, and a full row takes no other', () => {
    const full = Array.from({ length: MOST_FILTERS }, (_, n) => ({
      name: `${n}`,
      query: 'mine=1',
    }));
    expect(withFilter(full, { name: '3', query: 'shown=paused' })?.at(-1)).toEqual({
      name: '3',
      query: 'shown=paused',
    });
    expect(withFilter(full, { name: 'new', query: 'mine=1' })).toBeUndefined();
  });

  it('settings that another page has written in its own way are no filters', () => {
    expect(filtersOf(undefined)).toEqual([]);
    expect(
      filtersOf([{ name: '', query: '' }, 'x', null, { name: '我的', query: 'mine=1' }]),
    ).toEqual([{ name: '我的', query: 'mine=1' }]);
  });
});
