import { type Planned, sendPlan } from './send-plan.js';

const at = (text: string): Date => new Date(text);
const NOON = at('2026-12-01T12:00:00+08:00');
const planOf = (given: Partial<Planned>) =>
  sendPlan({
    recipients: 1_000,
    from: NOON,
    perSecond: 10,
    hours: null,
    quota: null,
    resetHour: 0,
    ...given,
  });
const DAYTIME = { from: '08:00', to: '21:00', zone: 'Asia/Shanghai' };

describe('the plan of a start', () => {
  it('a start at once takes as long as its people at its rate', () => {
    expect(planOf({})).toEqual({
      startsAt: NOON,
      endsAt: at('2026-12-01T12:01:40+08:00'),
      days: [{ day: '2026-12-01', count: 1_000 }],
    });
  });

  it('a start outside its send hours begins with them, and goes on with those of the next day', () => {
    const from = at('2026-12-01T20:00:00+08:00');
    expect(planOf({ recipients: 40_000, from, hours: DAYTIME })).toEqual({
      startsAt: from,
      endsAt: at('2026-12-02T08:06:40+08:00'),
      days: [
        { day: '2026-12-01', count: 36_000 },
        { day: '2026-12-02', count: 4_000 },
      ],
    });
    expect(planOf({ from: at('2026-12-01T22:00:00+08:00'), hours: DAYTIME }).startsAt).toEqual(
      at('2026-12-02T08:00:00+08:00'),
    );
  });

  it('what exceeds the quota of a day goes out on the next, within its send hours', () => {
    const quota = { day: '2026-12-01', left: 300, perDay: 500 };
    expect(planOf({ quota, hours: DAYTIME })).toEqual({
      startsAt: NOON,
      endsAt: at('2026-12-03T08:00:20+08:00'),
      days: [
        { day: '2026-12-01', count: 300 },
        { day: '2026-12-02', count: 500 },
        { day: '2026-12-03', count: 200 },
      ],
    });
  });

  it('a start on a later day has the whole quota of that day', () => {
    const quota = { day: '2026-12-01', left: 0, perDay: 5_000 };
    expect(planOf({ from: at('2026-12-05T09:00:00+08:00'), quota }).days).toEqual([
      { day: '2026-12-05', count: 1_000 },
    ]);
  });

  it('send hours that are open twice on one WeChat day share its quota', () => {
    const night = { from: '22:00', to: '06:00', zone: 'Asia/Shanghai' };
    const quota = { day: '2026-12-01', left: 600, perDay: 600 };
    const from = at('2026-12-01T05:59:10+08:00');
    expect(planOf({ recipients: 800, from, hours: night, quota }).days).toEqual([
      { day: '2026-12-01', count: 600 },
      { day: '2026-12-02', count: 200 },
    ]);
  });

  it.each([
    ['a day has no quota at all', { quota: { day: '2026-12-01', left: 0, perDay: 0 } }],
    ['it takes more than two months', { recipients: 1_000_000_000 }],
  ])('nobody can tell the end of a start where %s', (_why, given) => {
    const { startsAt, endsAt, days } = planOf(given);
    expect([startsAt, endsAt]).toEqual([NOON, null]);
    expect(days.length).toBeLessThanOrEqual(61);
  });
});
