import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useAttempt } from './attempt';
import { type Broadcast, broadcastQuery } from './broadcasts';
import { answered, api } from './client';
import { asProblem } from './problem';

/** Puts what has ended out of the lists, and back. */
export function useArchive(id: string) {
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);
  const attempt = useAttempt();
  /** @throws {Problem} It may have been done all the same: the page is read again. */
  const put = async (verb: 'archive' | 'unarchive'): Promise<Broadcast> => {
    setBusy(true);
    try {
      const now = await attempt.ask(verb, (key) =>
        answered(
          api.POST(`/v1/broadcasts/{id}/${verb}`, {
            params: { path: { id }, header: { 'Idempotency-Key': key } },
            body: {},
          }),
        ),
      );
      client.setQueryData(broadcastQuery(id).queryKey, now);
      return now;
    } catch (error) {
      void client.invalidateQueries({ queryKey: ['broadcast', id] });
      throw asProblem(error);
    } finally {
      void client.invalidateQueries({ queryKey: ['broadcasts'] });
      setBusy(false);
    }
  };
  return { put, busy };
}
