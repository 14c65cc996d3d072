import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { useSearchParams } from 'react-router';
import { useChosenAccount } from '../api/accounts';
import type { BroadcastRow } from '../api/broadcasts';
import { answered, api } from '../api/client';
import { useTopics } from '../api/events';
import type { LiveEvent } from '../api/live-stream';
import { useMe } from '../api/me';
import { SHOWN, type ShownName } from '../states/inks';
import { LISTS, tellLists } from './list-cache';

/** What the list is narrowed to; all of it stands in the address. */
export interface Filter {
  readonly shown: ShownName | undefined;
  readonly name: string;
  readonly tests: boolean;
  readonly mine: boolean;
  /** What was archived, and nothing else. */
  readonly archived: boolean;
  readonly sort: 'created' | 'start';
}

export function useFilter(): [Filter, (change: Partial<Filter>) => void, boolean] {
  const [search, setSearch] = useSearchParams();
  const shown = search.get('shown');
  const filter: Filter = {
    shown: shown !== null && shown in SHOWN ? (shown as ShownName) : undefined,
    name: search.get('name') ?? '',
    tests: search.get('tests') === '1',
    mine: search.get('mine') === '1',
    archived: search.get('archived') === '1',
    sort: search.get('sort') === 'start' ? 'start' : 'created',
  };
  const change = (part: Partial<Filter>): void => {
    const next = { ...filter, ...part };
    const to = new URLSearchParams(search);
    const put = (member: string, value: string): void => {
      if (value === '') to.delete(member);
      else to.set(member, value);
    };
    put('shown', next.shown ?? '');
    put('name', next.name);
    put('tests', next.tests ? '1' : '');
    put('mine', next.mine ? '1' : '');
    put('archived', next.archived ? '1' : '');
    put('sort', next.sort === 'start' ? 'start' : '');
    setSearch(to, { replace: true });
  };
  const isNarrowed =
    filter.shown !== undefined ||
    filter.name !== '' ||
    filter.tests ||
    filter.mine ||
    filter.archived;
  return [filter, change, isNarrowed];
}

const PAGE = 50;

export function useList({ shown, name, tests, mine, archived, sort }: Filter) {
  const appid = useChosenAccount()?.appid;
  const { kind, id } = useMe();
  const query = {
    limit: PAGE,
    sort,
    expand: 'can',
    ...(appid !== undefined && { appid }),
    ...(shown !== undefined && { shown }),
    ...(name !== '' && { name }),
    ...(tests && { purpose: 'test' as const }),
    ...(archived && { archived: 'true' as const }),
    ...(mine && { createdBy: `${kind}:${id}` }),
  };
  return useInfiniteQuery({
    queryKey: [...LISTS, query],
    queryFn: ({ pageParam }) =>
      answered(
        api.GET('/v1/broadcasts', {
          params: { query: { ...query, ...(pageParam !== '' && { after: pageParam }) } as never },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next ?? undefined,
    refetchOnWindowFocus: 'always',
  });
}

/** How many there are of each state, for the buttons. */
export function useCounts(archived: boolean) {
  const appid = useChosenAccount()?.appid;
  return useQuery({
    queryKey: ['broadcasts', 'counts', appid ?? 'all', archived],
    queryFn: () =>
      answered(
        api.GET('/v1/broadcasts/counts', {
          params: {
            query: {
              ...(appid !== undefined && { appid }),
              ...(archived && { archived: 'true' as const }),
            },
          },
        }),
      ),
    refetchInterval: 15_000,
  });
}

/** A stream names at most so many. */
const WATCHED = 40;
const MOVING: ReadonlySet<string> = new Set([
  'undo',
  'scheduled',
  'running',
  'waiting',
  'paused',
  'awaiting_receipts',
]);

/** Rows that move are told by the stream; one whose state changes is read again with its list. */
export function useLiveRows(rows: readonly BroadcastRow[]): void {
  const client = useQueryClient();
  const hear = useCallback(
    ({ name, topic, data }: LiveEvent) => {
      if (name !== 'progress') {
        void client.invalidateQueries({ queryKey: ['broadcasts'] });
        return;
      }
      const id = topic.slice('broadcast:'.length);
      tellLists(client, id, data);
    },
    [client],
  );
  useTopics(
    rows
      .filter(({ shown }) => MOVING.has(shown.state))
      .slice(0, WATCHED)
      .map(({ id }) => `broadcast:${id}`),
    hear,
  );
}
