/// <reference lib="esnext.temporal" />
import type { SendHours } from '../record/engine.tables.js';

/** Whether it sends at an instant, and the next instant at which that changes. */
export interface HoursState {
  readonly isOpen: boolean;
  readonly changesAt: Date;
}

/** The next change lies within these days, even where a clock change swallows a whole range. */
const DAYS = [-1, 0, 1, 2, 3];
/** Both readings of a time that comes twice, or never, on the day of a clock change. */
const READINGS = ['earlier', 'later'] as const;

/**
 * The clock on the wall decides: it sends while that shows a time from `from` until just before `to`.
 * So a time that comes twice on the day of a clock change counts both times, and one that never
 * comes begins or ends the hours at the change.
 */
export function hoursAt(hours: SendHours, at: Date): HoursState {
  const now = Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(hours.zone);
  const isOpen = showsSendHours(hours, now);
  const change = momentsAfter(hours, now).find(
    (moment) => showsSendHours(hours, moment) !== isOpen,
  );
  if (change === undefined)
    throw new Error(`send hours that never change: ${JSON.stringify(hours)}`);
  return { isOpen, changesAt: new Date(change.epochMilliseconds) };
}

/** When it next sends, and until when: now, if it sends now. */
export function nextHours(
  hours: SendHours,
  at: Date,
): { readonly from: Date; readonly until: Date } {
  const { isOpen, changesAt } = hoursAt(hours, at);
  if (isOpen) return { from: at, until: changesAt };
  return { from: changesAt, until: hoursAt(hours, changesAt).changesAt };
}

function showsSendHours({ from, to }: SendHours, now: Temporal.ZonedDateTime): boolean {
  const shown = now.toPlainTime();
  const begun = Temporal.PlainTime.compare(shown, from) >= 0;
  const over = Temporal.PlainTime.compare(shown, to) >= 0;
  return Temporal.PlainTime.compare(from, to) < 0 ? begun && !over : begun || !over;
}

/** In their order, every instant at which the hours may begin or end: their times, and clock changes. */
function momentsAfter({ from, to, zone }: SendHours, now: Temporal.ZonedDateTime) {
  const moments = DAYS.flatMap((days) => {
    const day = now.toPlainDate().add({ days });
    return [from, to].flatMap((time) =>
      READINGS.map((disambiguation) =>
        day.toPlainDateTime(time).toZonedDateTime(zone, { disambiguation }),
      ),
    );
  });
  const clockChange = now.getTimeZoneTransition('next');
  if (clockChange) moments.push(clockChange);
  return moments
    .filter((moment) => Temporal.ZonedDateTime.compare(moment, now) > 0)
    .toSorted((a, b) => Temporal.ZonedDateTime.compare(a, b));
}
