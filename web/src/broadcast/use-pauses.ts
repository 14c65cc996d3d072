import { useQuery } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { answered, api } from '../api/client';
import { type Pause, type PauseReason, pausesOf } from '../charts/pauses';

/** Older ones stand on the timeline. */
const EVENTS = 200;

/** When a broadcast stood still, by its timeline, which is read anew with each change of its state. */
export function usePauses(id: string, isStarted: boolean): readonly Pause[] {
  const { data } = useQuery({
    queryKey: ['broadcast', id, 'timeline', 'pauses'],
    queryFn: () =>
      answered(
        api.GET('/v1/broadcasts/{id}/timeline', {
          params: { path: { id }, query: { limit: EVENTS } },
        }),
      ),
    enabled: isStarted,
  });
  return useMemo(() => pausesOf(data?.items.toReversed() ?? []), [data]);
}

const KNOWN = [
  'operator',
  'problem',
  'canary',
  'stale',
  'restored',
  'quota',
  'hours',
  'account',
] as const;

/** A reason in a few words; with the note, where somebody has left one. */
export function usePauseWords(): (reason: PauseReason, withNote?: boolean) => string {
  const { t } = useTranslation('rates');
  return useCallback(
    ({ reason, by, note }, withNote = false) => {
      const known = KNOWN.find((each) => each === reason) ?? 'other';
      const words = by === undefined ? t(`reasons.${known}`) : t('by', { name: by });
      return withNote && note !== undefined ? t('noted', { reason: words, note }) : words;
    },
    [t],
  );
}
