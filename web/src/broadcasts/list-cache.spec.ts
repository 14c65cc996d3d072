import { QueryClient } from '@tanstack/react-query';
import { LISTS, tellLists } from './list-cache';

/** Without the timers by which it forgets. */
const madeClient = (): QueryClient =>
  new QueryClient({ defaultOptions: { queries: { gcTime: Infinity } } });

describe('the lists of broadcasts that are on the page', () => {
  it('the lists of broadcasts that are on the page show what the stream tells of a row, each in its place', () => {
    const client = madeClient();
    const key = [...LISTS, { limit: 50 }];
    const rows = [
      { id: 'a', total: 1 },
      { id: 'b', total: 1 },
    ];
    client.setQueryData(key, { pages: [{ items: rows, next: 'n' }], pageParams: [''] });
    tellLists(client, 'b', { total: 2 });
    expect(client.getQueryData(key)).toEqual({
      pages: [{ items: [rows[0], { id: 'b', total: 2 }], next: 'n' }],
      pageParams: [''],
    });
  });

  it('the lists of broadcasts that are on the page are told without harm to whatever else is known of broadcasts', () => {
    const client = madeClient();
    const others = {
      recent: { items: [{ id: 'b', total: 1 }] },
      counts: { counts: [] },
      'under-way': { items: [{ id: 'b', total: 1 }] },
    };
    for (const [name, data] of Object.entries(others))
      client.setQueryData(['broadcasts', name], data);
    tellLists(client, 'b', { total: 2 });
    for (const [name, data] of Object.entries(others))
      expect(client.getQueryData(['broadcasts', name])).toEqual(data);
  });
});
