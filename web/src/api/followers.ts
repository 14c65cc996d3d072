import { useQuery } from '@tanstack/react-query';
import { answered, api } from './client';
import type { components } from './schema';

export type FollowerSync = components['schemas']['FollowerSyncView'];

const ASK_EVERY_MS = 1_000;

export const followerSyncKey = (appid: string) => ['accounts', appid, 'followers', 'sync'] as const;

/** The last walk through an account's followers; asked again each second while it is under way. */
export const useFollowerSync = (appid: string, enabled = true) =>
  useQuery({
    queryKey: followerSyncKey(appid),
    queryFn: () =>
      answered(api.GET('/v1/accounts/{appid}/followers/sync', { params: { path: { appid } } })),
    enabled,
    refetchInterval: ({ state }) => (state.data?.state === 'running' ? ASK_EVERY_MS : false),
  });
