import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useAttempt } from './attempt';
import { type Broadcast, broadcastQuery } from './broadcasts';
import { answered, api } from './client';
import { asProblem, type Problem } from './problem';
import { serviceNow } from './service-clock';

const AGAIN_MS = 1_000;

/** Takes a start back. There are seconds for it: a silent network is asked again, by the same name, until they are over. */
export function useUndo(id: string, until: string | null | undefined) {
  const client = useQueryClient();
  const [tries, setTries] = useState(0);
  const [problem, setProblem] = useState<Problem>();
  const attempt = useAttempt();
  const alive = useRef(true);
  useEffect(() => {
    alive.current = true;
    return () => {
      alive.current = false;
    };
  }, []);
  const undo = async (): Promise<Broadcast | undefined> => {
    setProblem(undefined);
    for (let round = 1; alive.current; round++) {
      setTries(round);
      try {
        const now = await attempt.ask('undo', (key) =>
          answered(
            api.POST('/v1/broadcasts/{id}/undo', {
              params: { path: { id }, header: { 'Idempotency-Key': key } },
              body: {},
            }),
          ),
        );
        client.setQueryData(broadcastQuery(id).queryKey, now);
        void client.invalidateQueries({ queryKey: ['broadcasts'] });
        setTries(0);
        return now;
      } catch (error) {
        const found = asProblem(error);
        const isSilent = found.status === 0 || found.status >= 500;
        if (!isSilent || typeof until !== 'string' || serviceNow() > Date.parse(until)) {
          setProblem(found);
          // It may have been done, or begun: the page shows which.
          void client.invalidateQueries({ queryKey: ['broadcast', id] });
          void client.invalidateQueries({ queryKey: ['broadcasts'] });
          break;
        }
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
      }
    }
    setTries(0);
    return undefined;
  };
  return { undo, tries, problem };
}
