import { nextQuotaReset, wechatDay } from './wechat-day.js';

describe('wechat-day', () => {
  it("WeChat's day ends at midnight in Shanghai", () => {
    expect(nextQuotaReset(new Date('2026-11-21T15:59:59.999Z'), 0)).toEqual(
      new Date('2026-11-21T16:00:00Z'),
    );
    expect(nextQuotaReset(new Date('2026-11-21T16:00:00Z'), 0)).toEqual(
      new Date('2026-11-22T16:00:00Z'),
    );
  });

  it("WeChat's day may end at another hour", () => {
    expect(nextQuotaReset(new Date('2026-11-21T16:00:00Z'), 3)).toEqual(
      new Date('2026-11-21T19:00:00Z'),
    );
    expect(nextQuotaReset(new Date('2026-11-21T19:00:00Z'), 3)).toEqual(
      new Date('2026-11-22T19:00:00Z'),
    );
  });

  it("WeChat's day is named by its date in Shanghai", () => {
    expect(wechatDay(new Date('2026-11-21T15:59:59.999Z'), 0)).toBe('2026-11-21');
    expect(wechatDay(new Date('2026-11-21T16:00:00Z'), 0)).toBe('2026-11-22');
    expect(wechatDay(new Date('2026-11-21T16:00:00Z'), 3)).toBe('2026-11-21');
  });
});
