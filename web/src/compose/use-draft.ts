import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { type Broadcast, broadcastQuery } from '../api/broadcasts';
import { answered, api } from '../api/client';
import { useMe } from '../api/me';
import { asProblem, type Problem } from '../api/problem';
import { keep, kept } from './kept-edit';
import { type DraftMembers, type Edit, isNothing, joined, merged } from './merge';

/** After the last key of a word. */
const SETTLE_MS = 700;
const RETRY_MS = 4_000;

export type Saving =
  | { readonly state: 'saved'; readonly at: Date | undefined; readonly restored: boolean }
  | { readonly state: 'saving' }
  | { readonly state: 'failed' | 'refused'; readonly problem: Problem }
  | { readonly state: 'conflict'; readonly theirs: Broadcast; readonly mine: Edit };

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

/** One draft that saves itself: field by field, one write at a time, each against the etag that the last one made. */
export function useDraft(stored: Broadcast): Draft {
  const client = useQueryClient();
  const { kind, id: personId } = useMe();
  const person = `${kind}.${personId}`;
  const { id } = stored;
  const [typed, setTyped] = useState<Edit>(() => kept(person, id));
  const [saving, setSaving] = useState<Saving>(() => ({
    state: 'saved',
    at: undefined,
    restored: !isNothing(typed),
  }));
  const pending = useRef(typed);
  const latest = useRef(stored);
  const running = useRef<Promise<Broadcast | undefined>>(undefined);
  const timer = useRef<number>(undefined);
  const again = useRef<() => void>(undefined);
  // What another person or tab has saved is the base of the next write, unless one of ours is on its way.
  if (running.current === undefined) latest.current = stored;

  const remember = useCallback(
    (edit: Edit) => {
      pending.current = edit;
      setTyped(edit);
      keep(person, id, edit);
    },
    [person, id],
  );

  const write = useCallback(async (): Promise<Broadcast | undefined> => {
    while (!isNothing(pending.current)) {
      const sent = pending.current;
      setSaving({ state: 'saving' });
      try {
        const now = await patch(id, latest.current.etag, sent);
        latest.current = now;
        client.setQueryData(broadcastQuery(id).queryKey, now);
        // What was typed meanwhile is another edit.
        remember(pending.current === sent ? {} : without(pending.current, sent));
      } catch (error) {
        const problem = asProblem(error);
        const theirs = problem.body['current'] as Broadcast | undefined;
        if (problem.code === 'revision_stale' && theirs !== undefined)
          setSaving({ state: 'conflict', theirs, mine: pending.current });
        else if (problem.status === 0 || problem.status === 401 || problem.status >= 500) {
          setSaving({ state: 'failed', problem });
          timer.current = window.setTimeout(() => again.current?.(), RETRY_MS);
        } else setSaving({ state: 'refused', problem });
        return undefined;
      }
    }
    setSaving({ state: 'saved', at: new Date(), restored: false });
    return latest.current;
  }, [client, id, remember]);

  const start = useCallback((): Promise<Broadcast | undefined> => {
    clearTimeout(timer.current);
    running.current ??= write().finally(() => (running.current = undefined));
    return running.current;
  }, [write]);

  const edit = useCallback(
    (next: Edit) => {
      remember(joined(pending.current, next));
      clearTimeout(timer.current);
      timer.current = window.setTimeout(() => void start(), SETTLE_MS);
    },
    [remember, start],
  );

  const flush = useCallback(async () => {
    if (running.current !== undefined) await running.current;
    return isNothing(pending.current) ? latest.current : await start();
  }, [start]);

  const settle = useCallback(
    (take: 'theirs' | 'mine') => {
      if (saving.state !== 'conflict') return;
      latest.current = saving.theirs;
      client.setQueryData(broadcastQuery(id).queryKey, saving.theirs);
      if (take === 'theirs') {
        remember({});
        setSaving({ state: 'saved', at: undefined, restored: false });
      } else void start();
    },
    [client, id, remember, saving, start],
  );

  useEffect(() => {
    again.current = () => void start();
    if (!isNothing(pending.current)) void start();
    return () => {
      // Whoever leaves the page leaves with what was typed on record.
      clearTimeout(timer.current);
      if (!isNothing(pending.current)) void start();
    };
  }, [start]);

  const members = useMemo(() => merged(stored as unknown as DraftMembers, typed), [stored, typed]);
  return { stored, members, saving, edit, flush, settle };
}

/** What a later edit says beside or against one that has been saved. */
function without(later: Edit, saved: Edit): Edit {
  const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
  const { fields: laterFields = {}, ...laterRest } = later;
  const rest = Object.entries(laterRest).filter(([member, value]) => !same(value, saved[member]));
  const fields = Object.entries(laterFields).filter(
    ([name, value]) => !same(value, saved.fields?.[name]),
  );
  return {
    ...Object.fromEntries(rest),
    ...(fields.length > 0 && { fields: Object.fromEntries(fields) }),
  };
}
