import { coveredKinds, uncoveredKinds } from './fault-coverage.js';
import type { Fault } from '../plan/plan.js';

const cut: Fault = { kind: 'connections-cut', of: 'commit', when: 'after', times: 3 };
const emptied: Fault = { kind: 'redis-empty' };

const struck = (fault: Fault, strikes = 1, phase = 'releasing' as const) => ({
  fault,
  strikes,
  phase,
});

describe('what a round has met of the faults that are demanded', () => {
  it('a round covers no kind of fault that never struck', () => {
    expect(coveredKinds('redis', [struck(cut, 0)])).toEqual([]);
    expect(coveredKinds('redis', [struck(cut, 1)])).toEqual(['cut after COMMIT']);
  });

  it('a round covers an emptied Redis by its phase', () => {
    expect(coveredKinds('redis', [struck(emptied)])).toEqual(['Redis emptied while releasing']);
  });

  it.each<[string, Fault]>([
    ['an outage of less than a minute', { kind: 'postgres-away', how: 'stop', downMs: 59_000 }],
    ['a minute that began with a kill', { kind: 'postgres-away', how: 'kill', downMs: 60_000 }],
    ['a freeze within the lease', { kind: 'freeze', role: 'worker-1', forMs: 30_000 }],
    ['files put back', { kind: 'postgres-restore', how: 'files', restart: false }],
    ['the death of all at once', { kind: 'kill-all', downMs: 0 }],
  ])('a round covers no kind by %s', (_what, fault) => {
    expect(coveredKinds('redis', [struck(fault)])).toEqual([]);
  });
});

describe('what a run has met of the faults that are demanded', () => {
  it('a run must cover the kinds of fault on each queue', () => {
    const rounds = [{ queue: 'redis', met: ['cut after COMMIT'] }];
    expect(uncoveredKinds('redis', rounds)).not.toContain('cut after COMMIT');
    expect(uncoveredKinds('postgres', rounds)).toContain('cut after COMMIT');
  });

  it('a run without Redis need not cover faults of Redis', () => {
    expect(uncoveredKinds('redis', []).some((name) => name.startsWith('Redis'))).toBe(true);
    expect(uncoveredKinds('postgres', []).some((name) => name.startsWith('Redis'))).toBe(false);
  });
});
