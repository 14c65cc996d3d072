import { nextQuotaReset } from './quota-day.js';

describe("WeChat's day", () => {
  it('ends at midnight in Shanghai', () => {
    expect(nextQuotaReset(new Date('2026-11-21T15:59:59.999Z'))).toEqual(
      new Date('2026-11-21T16:00:00Z'),
    );
    expect(nextQuotaReset(new Date('2026-11-21T16:00:00Z'))).toEqual(
      new Date('2026-11-22T16:00:00Z'),
    );
  });
});
