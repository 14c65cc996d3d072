import type { QueryClient } from '@tanstack/react-query';
import type { BroadcastRow } from '../api/broadcasts';

/** What is known of `broadcasts` is of several shapes; under this name there are lists, page by page, and nothing else. */
export const LISTS = ['broadcasts', 'list'] as const;

interface Pages {
  readonly pages: readonly { readonly items: readonly BroadcastRow[] }[];
}

/** Puts what the stream tells of one broadcast into every list that shows it. */
export function tellLists(client: QueryClient, id: string, told: Partial<BroadcastRow>): void {
  client.setQueriesData<Pages>(
    { queryKey: LISTS },
    (known) =>
      known && {
        ...known,
        pages: known.pages.map((page) => ({
          ...page,
          items: page.items.map((row) => (row.id === id ? { ...row, ...told } : row)),
        })),
      },
  );
}
