import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useAttempt } from '../api/attempt';
import { type Broadcast, broadcastQuery } from '../api/broadcasts';
import { answered } from '../api/client';
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
  const attempt = useAttempt();
  const act = async (body?: Record<string, unknown>): Promise<Broadcast | undefined> => {
    setBusy(true);
    setProblem(undefined);
    try {
      const now = await attempt.ask(body ?? {}, (key) =>
        answered(verbCall(broadcast.id, verb, key, withEtag ? broadcast.etag : undefined, body)),
      );
      client.setQueryData(broadcastQuery(broadcast.id).queryKey, now);
      void client.invalidateQueries({ queryKey: ['broadcast', broadcast.id, 'why'] });
      return now;
    } catch (error) {
      setProblem(asProblem(error));
      void client.invalidateQueries({ queryKey: ['broadcast', broadcast.id] });
      return undefined;
    } finally {
      setBusy(false);
    }
  };
  return { act, busy, problem };
}
