import { useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { useTopics } from '../api/events';
import type { Listener } from '../api/live-stream';

/** Reads lists anew as soon as the stream of their account says that they have moved. */
export function useUploadNews(appid: string | undefined): void {
  const client = useQueryClient();
  const hear = useCallback<Listener>(
    ({ name }) => {
      if (name !== 'uploads') return;
      void client.invalidateQueries({ queryKey: ['upload'] });
      void client.invalidateQueries({ queryKey: ['uploads'] });
    },
    [client],
  );
  useTopics(appid === undefined ? [] : [`account:${appid}`], hear);
}
