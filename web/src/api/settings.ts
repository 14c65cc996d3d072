import { useMutation, useQueryClient } from '@tanstack/react-query';
import { answered, api } from './client';
import { type Me, meQuery, useMe } from './me';

type Settings = Me['settings'];

/**
 * One member of what an operator's pages keep for them, everywhere they log in. The service keeps all of it as one: it
 * is read before each change, so that another tab's is not lost.
 */
export function useSetting(name: string) {
  const client = useQueryClient();
  const me = useMe();
  const change = useMutation({
    mutationFn: async (changed: (now: unknown) => unknown): Promise<Me> => {
      const { settings } = await client.fetchQuery({ ...meQuery, staleTime: 0 });
      const next: Settings = { ...settings, [name]: changed(settings[name]) };
      return await answered(api.PATCH('/v1/me', { body: { settings: next } }));
    },
    onSuccess: (now) => client.setQueryData(meQuery.queryKey, now),
  });
  return {
    value: me.settings[name],
    /** Keys have no pages of their own to keep anything for. */
    isKept: me.kind === 'operator',
    change: change.mutateAsync,
    busy: change.isPending,
  };
}
