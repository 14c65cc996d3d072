import { planByDay } from './quota-plan.js';

describe('the plan by day', () => {
  it('spends what is left today, then whole days', () => {
    expect(planByDay(2_500, { today: '2026-11-30', leftToday: 400, perDay: 1_000 })).toEqual([
      { day: '2026-11-30', sends: 400 },
      { day: '2026-12-01', sends: 1_000 },
      { day: '2026-12-02', sends: 1_000 },
      { day: '2026-12-03', sends: 100 },
    ]);
  });

  it('leaves out a day that is spent', () => {
    expect(planByDay(10, { today: '2026-11-30', leftToday: 0, perDay: 1_000 })).toEqual([
      { day: '2026-12-01', sends: 10 },
    ]);
  });

  it('ends where a day has no calls at all', () => {
    expect(planByDay(10, { today: '2026-11-30', leftToday: 0, perDay: 0 })).toEqual([]);
  });
});
