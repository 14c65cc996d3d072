import { outagesOf } from './outages.js';
import type { Fault } from '../plan/plan.js';

const of = (fault: Fault, cutsAt: readonly number[] = []) =>
  outagesOf([{ fault, from: 1_000, until: 2_000 }], cutsAt);

describe('what was away, and when', () => {
  it('the outage of a killed process lasts until it starts again', () => {
    expect(of({ kind: 'kill', role: 'callback', downMs: 500 })).toEqual([
      { of: 'callback', from: 1_000, until: 2_500 },
    ]);
  });

  it('every process has an outage where all were killed, also after a restore', () => {
    const names = ['api', 'callback', 'worker-1', 'worker-2'];
    expect(of({ kind: 'kill-all', downMs: 0 }).map((outage) => outage.of)).toEqual(names);
    expect(
      of({ kind: 'postgres-restore', how: 'dump', restart: true }).map((outage) => outage.of),
    ).toEqual(['postgres', ...names]);
  });

  it('a dump is no outage, and a copy of the files is one of PostgreSQL', () => {
    expect(of({ kind: 'postgres-back-up', how: 'dump' })).toEqual([]);
    expect(of({ kind: 'postgres-back-up', how: 'files' })).toMatchObject([{ of: 'postgres' }]);
  });

  it('each cut of connections is a moment of outage, whenever the cut was ordered', () => {
    const cut: Fault = { kind: 'connections-cut', of: 'commit', when: 'after', times: 3 };
    expect(of(cut, [7_000])).toEqual([{ of: 'postgres', from: 7_000, until: 7_000 }]);
  });

  it('an emptied Redis is no outage, because it answers all the time', () => {
    expect(of({ kind: 'redis-empty' })).toEqual([]);
  });
});
