import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { type Broadcast, broadcastQuery } from '../api/broadcasts';
import { answered, attemptKey } from '../api/client';
import { asProblem, type Problem } from '../api/problem';
import { type Verb, verbCall } from './verb-call';

/**
 * One act of a dialog: under one key however often it is pressed, so that a lost answer is not done twice. After a
 * failure the broadcast is read again: it may have been done all the same.
 */
export function useVerb(broadcast: Broadcast, verb: Verb, withEtag = false) {
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const key = useRef<string>(undefined);
  const act = async (body?: Record<string, unknown>): Promise<Broadcast | undefined> => {
    key.current ??= attemptKey();
    setBusy(true);
    setProblem(undefined);
    try {
      const now = await answered(
        verbCall(broadcast.id, verb, key.current, withEtag ? broadcast.etag : undefined, body),
      );
      client.setQueryData(broadcastQuery(broadcast.id).queryKey, now);
      void client.invalidateQueries({ queryKey: ['broadcast', broadcast.id, 'why'] });
      key.current = undefined;
      return now;
    } catch (error) {
      const found = asProblem(error);
      // Silence and a fault of the service may have been the act itself: the next try is the same one.
      if (found.status > 0 && found.status < 500) key.current = undefined;
      setProblem(found);
      void client.invalidateQueries({ queryKey: ['broadcast', broadcast.id] });
      return undefined;
    } finally {
      setBusy(false);
    }
  };
  return { act, busy, problem };
}
