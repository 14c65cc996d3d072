import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { answered, api } from './client';
import { type LiveEvent, useTopics } from './events';
import type { components } from './schema';

export type Broadcast = components['schemas']['WarnedBroadcastView'];
export type BroadcastRow = components['schemas']['BroadcastRowView'];

export const broadcastQuery = (id: string) =>
  queryOptions({
    queryKey: ['broadcast', id],
    queryFn: () => answered(api.GET('/v1/broadcasts/{id}', { params: { path: { id } } })),
  });

/** One broadcast as it is now: read once, then told by the stream, whose figures replace those that are there. */
export function useLiveBroadcast(id: string) {
  const client = useQueryClient();
  const hear = useCallback(
    ({ name, data }: LiveEvent) => {
      if (name === 'progress')
        client.setQueryData(broadcastQuery(id).queryKey, (known) =>
          known === undefined ? known : { ...known, ...(data as Partial<Broadcast>) },
        );
      else void client.invalidateQueries({ queryKey: ['broadcast', id] });
    },
    [client, id],
  );
  useTopics([`broadcast:${id}`], hear);
  return useQuery({ ...broadcastQuery(id), refetchOnWindowFocus: 'always' });
}
