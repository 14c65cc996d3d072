import { type QueryClient, queryOptions, useQuery } from '@tanstack/react-query';
import { answered, api } from './client';
import { stream } from './events';
import { asProblem } from './problem';
import type { components } from './schema';
import { beginSession, forgetTab } from './session-end';

export type Me = components['schemas']['MeView'];
export type Permission = components['schemas']['RoleView']['permissions'][number];

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: async ({ client }): Promise<Me> => {
    const me = await answered(api.GET('/v1/me'));
    // Another tab may have logged out, and somebody else in.
    forgetOthers(client, me);
    beginSession();
    return me;
  },
  staleTime: 60_000,
  retry: (failures, error) => asProblem(error).status !== 401 && failures < 3,
});

/** Somebody is logged in. The page is theirs from now on: of whoever was here before, nothing stays. */
export function welcome(client: QueryClient, me: Me): void {
  forgetOthers(client, me);
  client.setQueryData(meQuery.queryKey, me);
  beginSession();
}

/** What was read belongs to whoever read it. The frame draws itself anew for another person. */
function forgetOthers(client: QueryClient, me: Me): void {
  const before = client.getQueryData<Me>(['me']);
  if (before === undefined || personOf(before) === personOf(me)) return;
  client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'me' });
  forgetTab();
  stream.renew();
}

/** By which one person's things are kept apart from another's. */
export const personOf = ({ kind, id }: Pick<Me, 'kind' | 'id'>): string => `${kind}.${id}`;

/** Who looks at this page. The frame shows rooms only to somebody who is known. */
export function useMe(): Me {
  const { data } = useQuery(meQuery);
  if (data === undefined) throw new Error('a room is shown to somebody unknown');
  return data;
}

/** Whether the person may do that with an account, or with any of them where none is named. */
export function may(me: Me, permission: Permission, appid?: string): boolean {
  // Typed loosely by the document: each permission is a word or a list.
  const scope = (me.can as Partial<Record<Permission, 'all' | readonly string[]>>)[permission];
  if (scope === 'all') return true;
  if (scope === undefined) return false;
  return appid === undefined ? scope.length > 0 : scope.includes(appid);
}

export const useMay = (permission: Permission, appid?: string): boolean =>
  may(useMe(), permission, appid);
