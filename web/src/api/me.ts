import { queryOptions, useQuery } from '@tanstack/react-query';
import { answered, api } from './client';
import { asProblem } from './problem';
import type { components } from './schema';
import { beginSession } from './session-end';

export type Me = components['schemas']['MeView'];
export type Permission = components['schemas']['RoleView']['permissions'][number];

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: async (): Promise<Me> => {
    const me = await answered(api.GET('/v1/me'));
    beginSession();
    return me;
  },
  staleTime: 60_000,
  retry: (failures, error) => asProblem(error).status !== 401 && failures < 3,
});

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
