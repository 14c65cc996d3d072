import type { Outage } from './outages.js';
import type { PushTry } from '../world/push-recorder.js';
import { type Excuses, explainMissingReceipt, lossesOf, mayWaitUntil } from './missing-receipt.js';

/** The time of a second of the round. */
const s = (seconds: number): number => seconds * 1_000;
const pushed = (at: number, answered: boolean): PushTry => ({
  from: s(at),
  until: s(at) + 20,
  answered,
});
const outage = (of: Outage['of'], from: number, until: number): Outage => ({
  of,
  from: s(from),
  until: s(until),
});
const excuses = (more: Partial<Excuses> = {}): Excuses => ({
  queue: 'redis',
  outages: [],
  losses: [],
  answers: [],
  ...more,
});

describe('an answered receipt whose row stayed accepted', () => {
  const emptied = { from: s(100), until: s(100) + 5 };
  const fate = (at: number, more: Partial<Excuses> = {}) =>
    explainMissingReceipt([pushed(at, true)], false, excuses({ losses: [emptied], ...more }));
  const violation = { violation: expect.stringContaining('no store lost anything') };

  it('an answered receipt may be lost where Redis was emptied within moments', () => {
    expect(fate(99)).toBe('lost');
    expect(fate(96)).toBe('lost');
  });

  it('an answered receipt is a violation long before Redis was emptied, and at once after', () => {
    expect(fate(90)).toEqual(violation);
    expect(fate(100.1)).toEqual(violation);
    expect(fate(130)).toEqual(violation);
  });

  it('an answered receipt without its row is a violation where no store lost anything', () => {
    expect(fate(99, { losses: [] })).toEqual(violation);
  });

  it('an answered receipt may have waited for a dead worker, and for no other role', () => {
    expect(fate(60, { outages: [outage('worker-1', 62, 64)] })).toBe('lost');
    expect(fate(60, { outages: [outage('api', 62, 64)] })).toEqual(violation);
    expect(fate(20, { outages: [outage('worker-1', 22, 24)] })).toEqual(violation);
  });

  it('an answered receipt may have waited for PostgreSQL', () => {
    expect(fate(50, { outages: [outage('postgres', 40, 95)] })).toBe('lost');
    expect(fate(50, { outages: [outage('postgres', 40, 70)] })).toEqual(violation);
  });

  it('an answered receipt is a violation where one of its two pushes was safe', () => {
    const both = [pushed(99, true), pushed(120, true)];
    expect(explainMissingReceipt(both, false, excuses({ losses: [emptied] }))).toEqual(violation);
  });

  it('a row without its receipt is a violation where the service has the receipt', () => {
    expect(explainMissingReceipt([pushed(99, true)], true, excuses({ losses: [emptied] }))).toEqual(
      {
        violation: expect.stringContaining('beside its receipt'),
      },
    );
  });

  it('an answered receipt may be lost between a back-up and its restore', () => {
    const restored = { queue: 'postgres', losses: [{ from: s(50), until: s(80) }] } as const;
    expect(fate(49, restored)).toEqual(violation);
    expect(fate(50, restored)).toBe('lost');
    expect(fate(79, restored)).toBe('lost');
    expect(fate(81, restored)).toEqual(violation);
  });

  it('an answered receipt may have waited in Redis while a back-up was made without it', () => {
    const restored = { losses: [{ from: s(50), until: s(80) }] };
    expect(fate(49, restored)).toBe('lost');
    expect(fate(40, restored)).toEqual(violation);
  });
});

describe('a receipt that was never answered', () => {
  const tries = [10, 15, 20].map((at) => pushed(at, false));
  const fate = (more: Partial<Excuses>) => explainMissingReceipt(tries, false, excuses(more));
  const violation = { violation: expect.stringContaining('though the callback could have') };
  const killed = outage('callback', 9.9, 12);

  it('an unanswered receipt is nobody’s fault if the callback was away at every try', () => {
    expect(fate({ outages: [killed], answers: [s(25)] })).toBe('undelivered');
  });

  it('an unanswered receipt is a violation where the callback answered others before the last try', () => {
    expect(fate({ outages: [killed], answers: [s(17)] })).toEqual(violation);
  });

  it('an unanswered receipt is a violation where the callback was well, or had time to come back', () => {
    expect(fate({ outages: [] })).toEqual(violation);
    expect(fate({ outages: [outage('worker-1', 9, 22)] })).toEqual(violation);
    expect(fate({ outages: [outage('callback', -60, -41)] })).toEqual(violation);
  });

  it('an unanswered receipt is excused while the callback waits for the stores that it needs to start', () => {
    const long = outage('callback', -60, -41);
    expect(fate({ outages: [long, outage('postgres', -10, 0)] })).toBe('undelivered');
  });

  it('an unanswered receipt is excused by the store of the queue alone', () => {
    const away = outage('postgres', 9, 22);
    expect(fate({ outages: [away] })).toEqual(violation);
    expect(fate({ queue: 'postgres', outages: [away] })).toBe('undelivered');
  });

  it('a receipt that was never tried is a violation', () => {
    expect(explainMissingReceipt([], false, excuses({ outages: [killed] }))).toEqual(violation);
  });
});

describe('how long an answered push may wait', () => {
  it('the wait of an answered push goes from one outage into the next', () => {
    const first = outage('worker-1', 12, 14);
    const second = outage('postgres', 70, 90);
    expect(mayWaitUntil(s(10), [first, second])).toBe(s(110));
    expect(mayWaitUntil(s(10), [second])).toBe(s(15));
  });
});

describe('what loses pushes', () => {
  it('an emptied or set back Redis loses pushes, and so does a restored database', () => {
    const at = { from: s(1), until: s(2) };
    const faults = [
      { ...at, fault: { kind: 'redis-empty' } },
      { ...at, fault: { kind: 'redis-kill', downMs: 0 } },
      { ...at, fault: { kind: 'redis-loses-writes', bytes: 500, downMs: 0 } },
    ] as const;
    const forgotten = { from: new Date(s(3)), until: new Date(s(4)) };
    expect(lossesOf(faults, forgotten)).toMatchObject([at, at, { from: s(3), until: s(4) }]);
  });
});
