import type { Outage } from './outages.js';
import { judgeEnds } from './own-ends.js';
import type { OwnEnd } from './supervised-process.js';

const end: OwnEnd = {
  name: 'worker-1',
  from: 1_000,
  until: 3_000,
  code: 1,
  served: false,
  lastWords: 'connect ECONNREFUSED',
};
const outage: Outage = { of: 'postgres', from: 2_000, until: 9_000 };

describe('an end that nobody ordered', () => {
  it('is a refused start where a store was away', () => {
    expect(judgeEnds([end], [outage])).toEqual({ startsRefused: 1, crashes: [] });
    expect(judgeEnds([end], [{ ...outage, of: 'redis' }]).crashes).toEqual([]);
  });

  it.each<[string, OwnEnd, Outage]>([
    ['it served already', { ...end, served: true }, outage],
    ['a signal ended it', { ...end, code: null }, outage],
    ['it ended with another code', { ...end, code: 134 }, outage],
    ['the store was back before it began', end, { ...outage, from: 0, until: 999 }],
    ['the store went away after it', end, { ...outage, from: 3_001 }],
    ['another process was away', end, { ...outage, of: 'api' }],
  ])('is a crash where %s', (_why, given, away) => {
    expect(judgeEnds([given], [away])).toEqual({ startsRefused: 0, crashes: [given] });
  });
});
