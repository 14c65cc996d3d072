import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { Broadcast } from '../api/broadcasts';
import { answered, api } from '../api/client';
import { serviceNow } from '../api/service-clock';
import type { Sample } from '../charts/rate-points';

/** How often the page notes what the stream has told: a drawing each time, and none between. */
const NOTE_MS = 2_000;
/** A page that stays open forgets what the service has noted meanwhile. */
const MOST_NOTES = 300;
const READ_AGAIN_MS = 60_000;
const RECEIPTS_DRAWN_MS = 120_000;
const MOVING: ReadonlySet<string> = new Set(['running', 'awaiting_receipts']);
const OPEN: ReadonlySet<string> = new Set([...MOVING, 'waiting', 'paused', 'stale']);

/**
 * The counters of a broadcast over time: what the service has noted each five seconds, and after that what this page
 * has heard. `now` is the present, or the end of the picture.
 */
export function useSamples(broadcast: Broadcast) {
  const { id, startedAt } = broadcast;
  const end = pictureEnd(broadcast);
  const isOpen = OPEN.has(broadcast.shown.state);
  const read = useQuery({
    queryKey: ['broadcast', id, 'series'],
    queryFn: () => answered(api.GET('/v1/broadcasts/{id}/series', { params: { path: { id } } })),
    enabled: startedAt !== null,
    refetchInterval: MOVING.has(broadcast.shown.state) ? READ_AGAIN_MS : false,
  });
  const latest = useRef(broadcast);
  useEffect(() => {
    latest.current = broadcast;
  });
  const notes = useRef<readonly Sample[]>([]);
  const [now, setNow] = useState(() => serviceNow());
  useEffect(() => {
    if (!isOpen) return undefined;
    const timer = setInterval(() => {
      if (document.hidden || serviceNow() > end) return;
      notes.current = noted(notes.current, latest.current);
      setNow(serviceNow());
    }, NOTE_MS);
    return () => clearInterval(timer);
  }, [isOpen, end]);

  const samples = useMemo(() => {
    const { points = [], step = 5 } = read.data ?? {};
    const known = points.map((point): Sample => {
      const { accepted, delivered } = tallyed(point);
      return {
        at: Date.parse(point.at),
        accepted,
        delivered,
        allowed: point.allowed,
        every: step * 1_000,
      };
    });
    const last = known.at(-1)?.at ?? -Infinity;
    const [first] = known;
    // It began with nothing sent: a broadcast of a few seconds has a curve by that.
    const start: Sample[] =
      startedAt !== null && first !== undefined && Date.parse(startedAt) < first.at
        ? [{ ...first, at: Date.parse(startedAt), accepted: 0, delivered: 0 }]
        : [];
    // `now` says that there may be new notes.
    return now > 0
      ? [...start, ...known, ...notes.current.filter(({ at }) => at > last)].filter(
          ({ at }) => at <= end,
        )
      : [];
  }, [read.data, startedAt, end, now]);
  return { samples, read, now: Math.min(now, end) };
}

/**
 * Until when there is something to draw, in milliseconds. Receipts trickle in for a day: a picture of all of it would
 * have the sending as a stroke at its edge.
 */
function pictureEnd({ startedAt, endedAt }: Broadcast): number {
  if (startedAt === null || endedAt === null) return Infinity;
  const [started, ended] = [Date.parse(startedAt), Date.parse(endedAt)];
  return ended + Math.max(RECEIPTS_DRAWN_MS, (ended - started) / 2);
}

/** The notes with one of this moment; unchanged where nothing has moved for two of them. */
function noted(notes: readonly Sample[], broadcast: Broadcast): readonly Sample[] {
  const { accepted, delivered } = tallyed(broadcast.counts);
  const at = serviceNow();
  const [last, former] = [notes.at(-1), notes.at(-2)];
  const isSame = (one: Sample | undefined): boolean =>
    one?.accepted === accepted && one.delivered === delivered;
  if (isSame(last) && isSame(former)) return notes;
  const allowed = broadcast.allowedPerSecond;
  return [...notes.slice(1 - MOST_NOTES), { at, accepted, delivered, allowed, every: NOTE_MS }];
}

interface Counts {
  readonly accepted: number;
  readonly delivered: number;
  readonly blocked: number;
  readonly failed: number;
}

/** All whom WeChat has taken, whatever became of them then. */
const tallyed = ({ accepted, delivered, blocked, failed }: Counts) => ({
  accepted: accepted + delivered + blocked + failed,
  delivered,
});
