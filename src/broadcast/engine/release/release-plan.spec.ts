import { type Candidate, level, nextLeaseIn, refill, capacityIn, shares } from './release-plan.js';

describe('what release hands out', () => {
  it('what release hands out follows the rate, and carries fractions to the next lease', () => {
    expect(refill(0.5, 10, 0.05)).toBeCloseTo(1);
  });

  it('what release hands out does not catch up after an absence, nor with what it could not hand out before', () => {
    expect(refill(0, 100, 60)).toBeCloseTo(35);
    expect(refill(500, 100, 0.2)).toBeCloseTo(30);
  });

  it.each([1, 3, 10, 17, 1_000])(
    'what release hands out yields the whole rate of %i/s, however late each lease comes',
    (rate) => {
      const seconds = 60;
      let [at, last, credit, sent] = [0, 0, 0, 0];
      while (at < seconds) {
        at += nextLeaseIn(rate, true) + 0.14 * Math.random();
        credit = refill(credit, rate, at - last);
        last = at;
        sent += Math.floor(credit);
        credit -= Math.floor(credit);
      }
      expect(sent).toBeGreaterThanOrEqual(Math.floor(at * rate) - 1);
      expect(sent).toBeLessThanOrEqual(Math.ceil(at * rate));
    },
  );

  it.each([5, 10, 50, 1_000])(
    'release hands out no more than 1.2 × %i/s in any second after an absence',
    (rate) => {
      let [at, credit] = [0, 0];
      const handed: { at: number; count: number }[] = [];
      for (let gap = 60; at < 3; gap = nextLeaseIn(rate, true)) {
        at += gap === 60 ? 0 : gap;
        credit = refill(credit, rate, gap);
        handed.push({ at, count: Math.floor(credit) });
        credit -= Math.floor(credit);
      }
      for (const { at: from } of handed) {
        const within = handed.filter((each) => each.at >= from && each.at < from + 1);
        const sum = within.reduce((total, { count }) => total + count, 0);
        expect(sum).toBeLessThanOrEqual(1.2 * rate);
      }
    },
  );

  it('what release hands out takes the leases of an account no sooner than they are worth it, and never too late for its rate', () => {
    expect(nextLeaseIn(1_000, true)).toBe(0.05);
    expect(nextLeaseIn(200, true)).toBe(0.1);
    expect(nextLeaseIn(10, true)).toBe(0.2);
    expect(nextLeaseIn(1_000, false)).toBe(0.25);
  });

  it('what release hands out gives every account what it wants while the queue has capacity', () => {
    const demands = [
      { accountId: 1, wanted: 4, queued: 10 },
      { accountId: 2, wanted: 300, queued: 0 },
    ];
    expect([...level(demands, 304).values()]).toEqual([4, 300]);
  });

  it('what release hands out fills a queue that is too small for all to one level, and leaves to others what one does not need', () => {
    const small = Array.from({ length: 9 }, (_, i) => ({ accountId: i, wanted: 4, queued: 0 }));
    const big = { accountId: 100, wanted: 500, queued: 0 };
    const sated = { accountId: 101, wanted: 500, queued: 80 };
    const given = level([...small, big, sated], 96);
    expect(small.map(({ accountId }) => given.get(accountId))).toEqual(small.map(() => 4));
    expect(given.get(100)).toBeGreaterThan(55);
    expect(given.get(101)).toBe(0);
  });

  it('what release hands out lets nobody go away with nothing who has nothing queued', () => {
    const demands = [
      { accountId: 1, wanted: 5, queued: 0 },
      { accountId: 2, wanted: 5, queued: 900 },
    ];
    expect([...level(demands, -100).values()]).toEqual([1, 0]);
  });

  it('what release hands out keeps a window of jobs, at least fifty', () => {
    const alone = { latencyMs: 100, slots: 1_000, othersWait: false };
    expect(capacityIn({ ...alone, rate: 10, achieved: 0, outstanding: 0 })).toBe(50);
    expect(capacityIn({ ...alone, rate: 1_000, achieved: 900, outstanding: 900 })).toBe(1_000);
    expect(capacityIn({ ...alone, rate: 1_000, achieved: 0, outstanding: 5_000 })).toBe(0);
  });

  it('what release hands out does not queue for an account what its slow answers leave no slots for', () => {
    const slow = { rate: 800, achieved: 200, latencyMs: 5_000, slots: 1_000, outstanding: 0 };
    expect(capacityIn({ ...slow, othersWait: false })).toBe(1_400);
  });

  it('what release hands out leaves half of the slots to others who wait', () => {
    const fast = { rate: 1_000, achieved: 900, latencyMs: 100, slots: 400, outstanding: 150 };
    expect(capacityIn({ ...fast, othersWait: true })).toBe(50);
    expect(capacityIn({ ...fast, othersWait: false })).toBe(1_750);
  });

  it('what release hands out serves tests and single messages before the broadcasts', () => {
    const candidates: Candidate[] = [
      { broadcastId: 'big', channel: 'template', pending: 1_000, credit: undefined },
      { broadcastId: 'test', channel: 'template', pending: 20, credit: undefined, priority: true },
    ];
    expect(shares(candidates, 25)).toEqual(
      new Map([
        ['test', 20],
        ['big', 5],
      ]),
    );
  });

  it('what release hands out gives every broadcast the same share, and what one cannot use to the others', () => {
    const candidates: Candidate[] = [
      { broadcastId: 'big', channel: 'template', pending: 1_000, credit: undefined },
      { broadcastId: 'small', channel: 'template', pending: 3, credit: undefined },
      { broadcastId: 'capped', channel: 'template', pending: 1_000, credit: 10.7 },
    ];
    expect(shares(candidates, 100)).toEqual(
      new Map([
        ['small', 3],
        ['capped', 10],
        ['big', 87],
      ]),
    );
  });

  it('what release hands out gives a channel no more than the day leaves it, and what that is to the others', () => {
    const candidates: Candidate[] = [
      { broadcastId: 'one', channel: 'template', pending: 1_000, credit: undefined },
      { broadcastId: 'two', channel: 'template', pending: 1_000, credit: undefined },
      { broadcastId: 'biz', channel: 'bizsend', pending: 1_000, credit: undefined },
    ];
    const given = shares(candidates, 100, new Map([['template', 10]]));
    expect(given.get('one')! + given.get('two')!).toBe(10);
    expect(given.get('biz')).toBe(90);
  });

  it('release never hands out more than there is', () => {
    const candidates = ['a', 'b', 'c'].map((broadcastId) => ({
      broadcastId,
      channel: 'template' as const,
      pending: 50,
      credit: undefined,
    }));
    const given = [...shares(candidates, 7).values()];
    expect(given.reduce((sum, n) => sum + n, 0)).toBe(7);
  });
});
