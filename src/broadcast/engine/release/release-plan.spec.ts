import { type Candidate, refill, roomIn, shares } from './release-plan.js';

describe('what release hands out', () => {
  it('follows the rate, and carries fractions to the next tick', () => {
    expect(refill(0.5, 10, 0.05)).toBeCloseTo(1);
  });

  it('does not catch up after an absence', () => {
    expect(refill(0, 100, 60)).toBeCloseTo(20);
    expect(refill(20, 100, 60)).toBeCloseTo(24);
  });

  it('lets at least one message through at any rate', () => {
    expect(refill(0.9, 1, 0.2)).toBe(1);
  });

  it('keeps a window of jobs, at least fifty', () => {
    const alone = { latencyMs: 100, slots: 1_000, othersWait: false };
    expect(roomIn({ ...alone, rate: 10, achieved: 0, outstanding: 0 })).toBe(50);
    expect(roomIn({ ...alone, rate: 1_000, achieved: 900, outstanding: 900 })).toBe(1_000);
    expect(roomIn({ ...alone, rate: 1_000, achieved: 0, outstanding: 5_000 })).toBe(0);
  });

  it('does not queue for an account what its slow answers leave no slots for', () => {
    const slow = { rate: 800, achieved: 200, latencyMs: 5_000, slots: 1_000, outstanding: 0 };
    expect(roomIn({ ...slow, othersWait: false })).toBe(1_400);
  });

  it('leaves half of the slots to others who wait', () => {
    const fast = { rate: 1_000, achieved: 900, latencyMs: 100, slots: 400, outstanding: 150 };
    expect(roomIn({ ...fast, othersWait: true })).toBe(50);
    expect(roomIn({ ...fast, othersWait: false })).toBe(1_750);
  });

  it('serves tests and single messages before the broadcasts', () => {
    const candidates: Candidate[] = [
      { broadcastId: 'big', channel: 'template', pending: 1_000, credit: undefined },
      { broadcastId: 'test', channel: 'template', pending: 20, credit: undefined, first: true },
    ];
    expect(shares(candidates, 25)).toEqual(
      new Map([
        ['test', 20],
        ['big', 5],
      ]),
    );
  });

  it('gives every broadcast the same share, and what one cannot use to the others', () => {
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

  it('gives a channel no more than the day leaves it, and what that is to the others', () => {
    const candidates: Candidate[] = [
      { broadcastId: 'one', channel: 'template', pending: 1_000, credit: undefined },
      { broadcastId: 'two', channel: 'template', pending: 1_000, credit: undefined },
      { broadcastId: 'biz', channel: 'bizsend', pending: 1_000, credit: undefined },
    ];
    const given = shares(candidates, 100, new Map([['template', 10]]));
    expect(given.get('one')! + given.get('two')!).toBe(10);
    expect(given.get('biz')).toBe(90);
  });

  it('never hands out more than there is', () => {
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
