import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useState } from 'react';
import { useAttempt } from '../api/attempt';
import { type Broadcast, broadcastQuery } from '../api/broadcasts';
import { answered, api } from '../api/client';
import { asProblem, type Problem } from '../api/problem';
import type { components } from '../api/schema';
import type { Asked } from './asked';
import { type Difference, differences } from './differences';

export type ConfirmedVerb = 'start' | 'start-now';

/** The answer is to look again: whatever it was is not as it was shown. */
const STALE: ReadonlySet<string> = new Set(['confirm_stale', 'revision_stale']);

/**
 * Asks what a start would do, and starts with the token that says so. When it is refused as stale, all is read again,
 * and `changed` says what is not as it was shown; nothing has been sent then.
 */
export function useConfirmation(shown: Broadcast, verb: ConfirmedVerb) {
  const client = useQueryClient();
  // What was read is what is confirmed, whatever anybody changes meanwhile.
  const [first] = useState(shown);
  const [asked, setAsked] = useState<Asked>();
  const [changed, setChanged] = useState<readonly Difference[]>();
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  const attempt = useAttempt();
  const { id } = first;

  const ask = useCallback(
    async (broadcast: Broadcast): Promise<Asked | undefined> => {
      setProblem(undefined);
      try {
        const confirmation = await answered(
          api.POST('/v1/broadcasts/{id}/confirmation', {
            params: { path: { id } },
            body: { verb },
          }),
        );
        const now = { broadcast, confirmation };
        setAsked(now);
        return now;
      } catch (error) {
        setProblem(asProblem(error));
        return undefined;
      }
    },
    [id, verb],
  );
  useEffect(() => {
    void ask(first);
  }, [ask, first]);

  /** Reads everything anew, and says what is not as it was shown. */
  const askAgain = async (): Promise<void> => {
    const before = asked;
    try {
      const broadcast = await client.fetchQuery({ ...broadcastQuery(id), staleTime: 0 });
      const now = await ask(broadcast);
      if (before !== undefined && now !== undefined) setChanged(differences(before, now));
    } catch (error) {
      setProblem(asProblem(error));
    }
  };

  const start = async (typed: string | undefined): Promise<Broadcast | undefined> => {
    if (asked === undefined) return undefined;
    setBusy(true);
    setProblem(undefined);
    const { broadcast, confirmation } = asked;
    const body = { confirm: confirmation.token, ...(typed !== undefined && { typed }) };
    try {
      const now = await attempt.ask(body, (key) =>
        started(verb, id, { 'Idempotency-Key': key, 'If-Match': `"${broadcast.etag}"` }, body),
      );
      client.setQueryData(broadcastQuery(id).queryKey, now);
      void client.invalidateQueries({ queryKey: ['broadcasts'] });
      return now;
    } catch (error) {
      const found = asProblem(error);
      if (STALE.has(found.code)) await askAgain();
      else setProblem(found);
      return undefined;
    } finally {
      setBusy(false);
    }
  };
  return { asked, changed, problem, busy, start, askAgain };
}

type Header = Readonly<Record<'Idempotency-Key' | 'If-Match', string>>;
type Body = components['schemas']['StartDto'];

const started = (
  verb: ConfirmedVerb,
  id: string,
  header: Header,
  body: Body,
): Promise<Broadcast> => {
  const asked = { params: { path: { id }, header }, body };
  return verb === 'start'
    ? answered(api.POST('/v1/broadcasts/{id}/start', asked))
    : answered(api.POST('/v1/broadcasts/{id}/start-now', asked));
};
