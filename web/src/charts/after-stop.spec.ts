import { afterStop, skipsAfterStop } from './after-stop';

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
});
