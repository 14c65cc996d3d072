import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { type Broadcast, broadcastQuery } from '../api/broadcasts';
import { answered, api } from '../api/client';
import { meQuery, personOf, useMe } from '../api/me';
import { useSessionEnd } from '../api/session-end';
import { DraftWriter, type Saving } from './draft-writer';
import { EditKeeper } from './kept-edit';
import { asWritten, type DraftMembers, type Edit, isNothing, merged } from './merge';

export interface Draft {
  /** The broadcast as it is on record. */
  readonly stored: Broadcast;
  /** The same with what has been typed since. */
  readonly members: DraftMembers;
  readonly saving: Saving;
  readonly edit: (edit: Edit) => void;
  /** Waits until everything typed is on record; undefined where it cannot be. */
  readonly flush: () => Promise<Broadcast | undefined>;
  readonly settle: (take: 'theirs' | 'mine') => void;
}

const patch = (id: string, etag: string, edit: Edit) =>
  answered(
    api.PATCH('/v1/broadcasts/{id}', {
      params: { path: { id }, header: { 'If-Match': `"${etag}"` } },
      headers: { 'content-type': 'application/merge-patch+json' },
      body: edit as never,
    }),
  );

/** One draft that saves itself, as long as its page is open. */
export function useDraft(stored: Broadcast): Draft {
  const writer = useWriter(stored);
  const { typed, read, saving } = useSyncExternalStore(writer.watch, writer.state);
  useEffect(() => writer.hear(stored), [writer, stored]);

  const isOver = useSessionEnd() !== undefined;
  useEffect(() => {
    if (!isOver) writer.retry();
  }, [writer, isOver]);

  const isUnsaved = !isNothing(typed);
  useEffect(() => {
    if (!isUnsaved) return undefined;
    const ask = (event: BeforeUnloadEvent): void => event.preventDefault();
    addEventListener('beforeunload', ask);
    return () => removeEventListener('beforeunload', ask);
  }, [isUnsaved]);

  const members = useMemo(() => merged(asWritten(read), typed), [read, typed]);
  return {
    stored,
    members,
    saving,
    edit: (edit) => writer.edit(edit),
    flush: () => writer.flush(),
    settle: (take) => writer.settle(take),
  };
}

function useWriter(stored: Broadcast): DraftWriter {
  const client = useQueryClient();
  const person = personOf(useMe());
  const { id } = stored;
  const [writer] = useState(() => {
    const keeper = new EditKeeper(person, id);
    const { queryKey } = broadcastQuery(id);
    return new DraftWriter(
      {
        patch: (etag, edit) => patch(id, etag, edit),
        tell: (now) => {
          // A reading that has begun before this write would bring back what was there before it.
          void client.cancelQueries({ queryKey, exact: true });
          client.setQueryData(queryKey, now);
        },
        keep: (kept) => keeper.write(kept),
        isAuthor: () => {
          const me = client.getQueryData(meQuery.queryKey);
          return me !== undefined && personOf(me) === person;
        },
        after: (ms, act) => {
          const timer = setTimeout(act, ms);
          return () => clearTimeout(timer);
        },
      },
      stored,
      keeper.read(),
    );
  });
  useEffect(() => {
    writer.open();
    return () => writer.close();
  }, [writer]);
  return writer;
}
