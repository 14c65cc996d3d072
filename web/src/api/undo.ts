import { useQueryClient } from '@tanstack/react-query';
import { type Broadcast, broadcastQuery } from './broadcasts';
import { answered, api } from './client';
import { useInsistence } from './insistence';
import { serviceNow } from './service-clock';

/** Takes a start back. There are seconds for it: a silent network is asked again, by the same name, until they are over. */
export function useUndo(id: string, until: string | null | undefined) {
  const client = useQueryClient();
  const { insistOn, ...state } = useInsistence();
  const undo = async (): Promise<Broadcast | undefined> => {
    const now = await insistOn(
      'undo',
      (key, signal) =>
        answered(
          api.POST('/v1/broadcasts/{id}/undo', {
            params: { path: { id }, header: { 'Idempotency-Key': key } },
            body: {},
            signal,
          }),
        ),
      () => typeof until === 'string' && serviceNow() <= Date.parse(until),
    );
    if (now !== undefined) client.setQueryData(broadcastQuery(id).queryKey, now);
    // Without an answer it may have been done, or begun: the page shows which.
    else void client.invalidateQueries({ queryKey: ['broadcast', id] });
    void client.invalidateQueries({ queryKey: ['broadcasts'] });
    return now;
  };
  return { undo, ...state };
}
