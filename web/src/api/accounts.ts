import { queryOptions, useQuery } from '@tanstack/react-query';
import { useSearchParams } from 'react-router';
import { answered, api } from './client';
import type { components } from './schema';

export type Account = components['schemas']['AccountView'];

/** More than these are found by typing. */
const LISTED = 200;

export const accountsQuery = queryOptions({
  queryKey: ['accounts'],
  queryFn: () => answered(api.GET('/v1/accounts', { params: { query: { limit: LISTED } } })),
  staleTime: 15_000,
});

export const accountQuery = (appid: string) =>
  queryOptions({
    queryKey: ['accounts', appid],
    queryFn: () => answered(api.GET('/v1/accounts/{appid}', { params: { path: { appid } } })),
  });

export const useAccounts = (): readonly Account[] => useQuery(accountsQuery).data?.items ?? [];

/** The account that the address names (`?appid=`); the only one, where there is one; else all. */
export function useChosenAccount(): Account | undefined {
  const accounts = useAccounts();
  const [search] = useSearchParams();
  const appid = search.get('appid');
  if (appid !== null) return accounts.find((each) => each.appid === appid);
  return accounts.length === 1 ? accounts[0] : undefined;
}
