import { queryOptions } from '@tanstack/react-query';
import { answered, api } from './client';
import { askAgainIn } from './poll';
import type { components } from './schema';

export type Tag = components['schemas']['TagView'];
export type Tagging = components['schemas']['TaggingView'];

export const tagsQuery = (appid: string) =>
  queryOptions({
    queryKey: ['accounts', appid, 'tags'],
    queryFn: () => answered(api.GET('/v1/accounts/{appid}/tags', { params: { path: { appid } } })),
  });

/** How far the last reading of the tags came. */
export const tagSyncQuery = (appid: string) =>
  queryOptions({
    queryKey: ['accounts', appid, 'tags', 'sync'],
    queryFn: () =>
      answered(api.GET('/v1/accounts/{appid}/tags/sync', { params: { path: { appid } } })),
    refetchInterval: ({ state }) =>
      askAgainIn(state.data?.state === 'running', state.fetchFailureCount),
  });

/** How far a list of people to tag or untag is. */
export const taggingQuery = (appid: string, taggingId: string) =>
  queryOptions({
    queryKey: ['accounts', appid, 'taggings', taggingId],
    queryFn: () =>
      answered(
        api.GET('/v1/accounts/{appid}/taggings/{taggingId}', {
          params: { path: { appid, taggingId } },
        }),
      ),
    refetchInterval: ({ state }) =>
      askAgainIn(
        state.data === undefined || state.data.state === 'running',
        state.fetchFailureCount,
      ),
  });
