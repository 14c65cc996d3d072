import { type Selectable, sql, type Transaction } from 'kysely';
import { ensurePace } from '../../../pacing/pace-row.js';
import { recordEvent } from '../record/broadcast-events.js';
import type { BroadcastTables } from '../record/engine.tables.js';
import { listSources } from '../expand/broadcast-sources.js';
import { addHold } from '../holds/holds.js';
import { applySendHours } from '../send-hours/apply-send-hours.js';
import type { BroadcastState } from '../record/states.js';
import { DEFAULT_ZONE, localTime } from '../../../kernel/time-zone.js';

/** A broadcast that starts later than this after its time waits for a person: what it says may be out of date. */
export const START_GRACE_MS = 30 * 60_000;

/** What starting a broadcast needs to know of it. */
export const STARTABLE = ['id', 'accountId', 'state', 'startAt', 'startZone', 'sendHours'] as const;
type Startable = Pick<Selectable<BroadcastTables['broadcast']>, (typeof STARTABLE)[number]>;

/** Whether a broadcast's audience is to be expanded: it runs, or its audience is to be frozen before its start. */
export const expandsNow = (state: BroadcastState, freezeAudience: 'creation' | 'start'): boolean =>
  state === 'running' || (state === 'scheduled' && freezeAudience === 'creation');

/**
 * Schedules a broadcast whose time lies ahead, or whose start can be undone for some seconds, and starts every other. It
 * runs in the caller's transaction, under the lock of the broadcast's row, as `begin` does. Afterwards the caller asks
 * for the expansion.
 */
export async function beginOrSchedule(
  tx: Transaction<BroadcastTables>,
  broadcast: Startable,
  now: Date,
  undoSeconds = 0,
): Promise<'running' | 'scheduled'> {
  const { id, startZone } = broadcast;
  await listSources(tx, id);
  const { startAt, undoUntil } = undoableStart(broadcast, now, undoSeconds);
  if (startAt === null || startAt <= now) {
    await begin(tx, broadcast, now);
    return 'running';
  }
  await tx
    .updateTable('broadcast')
    .set({ state: 'scheduled', startAt, undoUntil, etag: sql`etag + 1` })
    .where('id', '=', id)
    .execute();
  await recordEvent(tx, id, 'scheduled', { startAt, startZone, ...(undoUntil && { undoUntil }) });
  return 'scheduled';
}

/** When a broadcast that is started now begins, and until when that can be undone; null for at once, and not at all. */
export function undoableStart(
  broadcast: Pick<Startable, 'startAt'>,
  now: Date,
  undoSeconds = 0,
): { readonly startAt: Date | null; readonly undoUntil: Date | null } {
  const undoUntil = undoSeconds > 0 ? new Date(now.getTime() + undoSeconds * 1_000) : null;
  return { startAt: laterOf(broadcast.startAt, undoUntil), undoUntil };
}

const laterOf = (one: Date | null, other: Date | null): Date | null =>
  one === null || (other !== null && other > one) ? other : one;

/** Starts a broadcast, and holds it at once where its send hours forbid it to send now. */
export async function begin(
  tx: Transaction<BroadcastTables>,
  { id, accountId, sendHours }: Startable,
  now: Date,
): Promise<void> {
  await tx
    .updateTable('broadcast')
    .set({ state: 'running', startedAt: now, etag: sql`etag + 1` })
    .where('id', '=', id)
    .execute();
  await ensurePace(tx, accountId);
  await recordEvent(tx, id, 'started');
  if (sendHours !== null) await applySendHours(tx, id, sendHours, now);
}

/** Starts a scheduled broadcast whose time has come; holds it as `stale` where that time was too long ago, and says why. */
export async function beginDue(
  tx: Transaction<BroadcastTables>,
  broadcast: Startable & { readonly startAt: Date },
  now: Date,
): Promise<string | undefined> {
  const { id, startAt, startZone } = broadcast;
  await begin(tx, broadcast, now);
  if (now.getTime() - startAt.getTime() <= START_GRACE_MS) return undefined;
  const detail = `it should have started at ${localTime(startAt, startZone ?? DEFAULT_ZONE)}`;
  const params = { startAt: startAt.toISOString() };
  await addHold(tx, id, { reason: 'stale', detail, params });
  return detail;
}
