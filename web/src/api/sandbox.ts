import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { answered, api } from './client';
import { asProblem, type Problem } from './problem';
import type { components } from './schema';

export type Mood = components['schemas']['SandboxView']['mood'];
export const MOODS = [
  'well',
  'busy',
  'quota_gone',
  'many_refuse',
  'under_review',
] as const satisfies readonly Mood[];

/** How the pretended WeChat of an account behaves, and how it is told to behave otherwise. */
export function useMood(appid: string) {
  const client = useQueryClient();
  const queryKey = ['accounts', appid, 'sandbox'];
  const params = { path: { appid } };
  const read = useQuery({
    queryKey,
    queryFn: () => answered(api.GET('/v1/accounts/{appid}/sandbox', { params })),
  });
  const change = useMutation({
    mutationFn: (mood: Mood) =>
      answered(api.PATCH('/v1/accounts/{appid}/sandbox', { params, body: { mood } })),
    onSuccess: (now) => {
      client.setQueryData(queryKey, now);
      // The quota is another now, and what waited for it may go on.
      void client.invalidateQueries({ queryKey: ['accounts', appid, 'quota'] });
      void client.invalidateQueries({ queryKey: ['broadcast'] });
    },
  });
  const problem: Problem | undefined = change.error === null ? undefined : asProblem(change.error);
  return {
    sandbox: read.data,
    error: read.error,
    change: change.mutate,
    busy: change.isPending,
    problem,
  };
}
