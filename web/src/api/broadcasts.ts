import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { answered, api } from './client';
import { useStream, useTopics } from './events';
import type { LiveEvent } from './live-stream';
import type { components } from './schema';

export type Broadcast = components['schemas']['WarnedBroadcastView'];
export type BroadcastRow = components['schemas']['BroadcastRowView'];

const ASK_EVERY_MS = 5_000;

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
      else if (name === 'why')
        void client.invalidateQueries({ queryKey: ['broadcast', id, 'why'] });
      else void client.invalidateQueries({ queryKey: ['broadcast', id] });
    },
    [client, id],
  );
  useTopics([`broadcast:${id}`], hear);
  const { live } = useStream();
  // Without a stream one asks: figures are late then, and not wrong.
  return useQuery({
    ...broadcastQuery(id),
    refetchOnWindowFocus: 'always',
    refetchInterval: live === true ? false : ASK_EVERY_MS,
  });
}
