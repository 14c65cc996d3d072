import fc from 'fast-check';
import { hoursAt, nextHours } from './send-hours.js';

const MINUTE_MS = 60_000;
const SHANGHAI = { from: '09:00', to: '21:00', zone: 'Asia/Shanghai' };
const at = (text: string): Date => new Date(text);

/** What a clock on the wall shows, from another source than ours. */
const wallClock = (zone: string) => {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  return (instant: Date): string => format.format(instant);
};

describe('send hours', () => {
  it.each([
    ['2026-12-01T08:59:59.999+08:00', false, '2026-12-01T09:00+08:00'],
    ['2026-12-01T09:00+08:00', true, '2026-12-01T21:00+08:00'],
    ['2026-12-01T20:59:59.999+08:00', true, '2026-12-01T21:00+08:00'],
    ['2026-12-01T21:00+08:00', false, '2026-12-02T09:00+08:00'],
  ])('send hours at %s: open %s, until %s', (now, isOpen, changesAt) => {
    expect(hoursAt(SHANGHAI, at(now))).toEqual({ isOpen, changesAt: at(changesAt) });
  });

  it.each([
    ['2026-12-01T21:59+08:00', false, '2026-12-01T22:00+08:00'],
    ['2026-12-01T23:30+08:00', true, '2026-12-02T06:00+08:00'],
    ['2026-12-02T05:59+08:00', true, '2026-12-02T06:00+08:00'],
    ['2026-12-02T06:00+08:00', false, '2026-12-02T22:00+08:00'],
  ])('send hours over midnight, at %s: open %s, until %s', (now, isOpen, changesAt) => {
    const night = { from: '22:00', to: '06:00', zone: 'Asia/Shanghai' };
    expect(hoursAt(night, at(now))).toEqual({ isOpen, changesAt: at(changesAt) });
  });

  it('send hours begin at the clock change where it skips their beginning', () => {
    // In Berlin, 02:00 to 03:00 does not come on this night.
    const hours = { from: '02:30', to: '12:00', zone: 'Europe/Berlin' };
    expect(hoursAt(hours, at('2026-03-29T01:00+01:00'))).toEqual({
      isOpen: false,
      changesAt: at('2026-03-29T03:00+02:00'),
    });
  });

  it('send hours come on another day where a clock change swallows them', () => {
    const hours = { from: '02:00', to: '03:00', zone: 'Europe/Berlin' };
    expect(hoursAt(hours, at('2026-03-29T01:00+01:00')).changesAt).toEqual(
      at('2026-03-30T02:00+02:00'),
    );
  });

  it('send hours end at the first showing of a time that comes twice, and go on at the second hour', () => {
    const hours = { from: '01:00', to: '02:30', zone: 'Europe/Berlin' };
    const first = hoursAt(hours, at('2026-10-25T01:00+02:00'));
    expect(first).toEqual({ isOpen: true, changesAt: at('2026-10-25T02:30+02:00') });
    const between = hoursAt(hours, first.changesAt);
    expect(between).toEqual({ isOpen: false, changesAt: at('2026-10-25T02:00+01:00') });
    expect(hoursAt(hours, between.changesAt).changesAt).toEqual(at('2026-10-25T02:30+01:00'));
  });

  it('send hours are the present ones while they last, and the next ones otherwise', () => {
    const noon = at('2026-12-01T12:00+08:00');
    expect(nextHours(SHANGHAI, noon)).toEqual({ from: noon, until: at('2026-12-01T21:00+08:00') });
    expect(nextHours(SHANGHAI, at('2026-12-01T21:00+08:00'))).toEqual({
      from: at('2026-12-02T09:00+08:00'),
      until: at('2026-12-02T21:00+08:00'),
    });
  });

  const time = fc
    .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
    .map((parts) => parts.map((part) => String(part).padStart(2, '0')).join(':'));
  const hours = fc
    .record({
      from: time,
      to: time,
      zone: fc.constantFrom(
        'Asia/Shanghai',
        'Europe/Berlin',
        'America/New_York',
        'America/Santiago', // changes its clock at midnight
        'Australia/Lord_Howe', // by half an hour
        'Asia/Kathmandu',
      ),
    })
    .filter(({ from, to }) => from !== to);
  // Of a year with all its clock changes, which fall on minutes.
  const minute = fc
    .integer({ min: 0, max: 366 * 24 * 60 })
    .map((minutes) => new Date(Date.UTC(2026, 0, 1) + minutes * MINUTE_MS));

  it('send hours are open while the clock on the wall shows one of them, and change when it says so, not before', () => {
    fc.assert(
      fc.property(hours, minute, (range, now) => {
        const shown = wallClock(range.zone);
        const expected = (instant: Date): boolean => {
          const clock = shown(instant);
          const [begun, over] = [clock >= range.from, clock >= range.to];
          return range.from < range.to ? begun && !over : begun || !over;
        };
        const { isOpen, changesAt } = hoursAt(range, now);
        expect(isOpen).toBe(expected(now));
        expect(expected(changesAt)).toBe(!isOpen);
        for (let ms = now.getTime(); ms < changesAt.getTime(); ms += MINUTE_MS)
          if (expected(new Date(ms)) !== isOpen)
            throw new Error(`they change at ${new Date(ms).toISOString()} already`);
      }),
      { numRuns: 300 },
    );
  });
});
