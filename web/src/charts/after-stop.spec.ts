import { afterStop, skipsAfterStop, wholeOf } from './after-stop';

describe('the figures of a stopped broadcast', () => {
  const tally = { delivered: 73, sending: 1, skipped: 6, pending: 421 };

  it.each(['stopped', 'cancelled'])(
    'the figures of a stopped broadcast are final at once: whom it had not reached when it was %s is not sent to',
    (state) => {
      expect(afterStop(tally, state)).toEqual({ ...tally, skipped: 427, pending: 0 });
    },
  );

  it('the figures of a broadcast are as they are told while it may go on', () => {
    expect(afterStop(tally, 'paused')).toEqual(tally);
    expect(afterStop(tally, 'running')).toEqual(tally);
  });

  it('the figures of a stopped broadcast have reasons that add up, before and after all of it is written down', () => {
    const left = { reason: 'suppressed', count: 6 };
    expect(skipsAfterStop([left], 421)).toEqual([left, { reason: 'cancelled', count: 421 }]);
    expect(skipsAfterStop([{ reason: 'cancelled', count: 400 }, left], 21)).toEqual([
      left,
      { reason: 'cancelled', count: 421 },
    ]);
    expect(skipsAfterStop([left], 0)).toEqual([left]);
  });

  it.each([
    ['counting', { expanded: false, state: 'running', total: 300 }],
    ['counting', { expanded: false, state: 'paused', total: 0 }],
    ['counted', { expanded: true, state: 'stopped', total: 300 }],
    ['counted', { expanded: true, state: 'finished', total: 0 }],
    ['partly', { expanded: false, state: 'stopped', total: 300 }],
    ['nobody', { expanded: false, state: 'stopped', total: 0 }],
    ['nobody', { expanded: false, state: 'cancelled', total: 0 }],
  ] as const)(
    'whether the people of a broadcast are known is told as %s of %j, and no count goes on after a stop',
    (whole, { expanded, state, total }) => {
      expect(wholeOf({ expanded, shown: { state } }, total)).toBe(whole);
    },
  );
});
