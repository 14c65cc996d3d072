import { planByDay } from './quota-plan.js';

describe('quota-plan', () => {
  it('the plan by day spends what is left today, then whole days', () => {
    expect(planByDay(2_500, { today: '2026-11-30', leftToday: 400, perDay: 1_000 })).toEqual([
      { day: '2026-11-30', sends: 400 },
      { day: '2026-12-01', sends: 1_000 },
      { day: '2026-12-02', sends: 1_000 },
      { day: '2026-12-03', sends: 100 },
    ]);
  });

  it('the plan by day leaves out a day that is spent', () => {
    expect(planByDay(10, { today: '2026-11-30', leftToday: 0, perDay: 1_000 })).toEqual([
      { day: '2026-12-01', sends: 10 },
    ]);
  });

  it('the plan by day ends where a day has no calls at all', () => {
    expect(planByDay(10, { today: '2026-11-30', leftToday: 0, perDay: 0 })).toEqual([]);
  });
});
