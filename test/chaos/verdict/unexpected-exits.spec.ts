import type { Outage } from './outages.js';
import { classifyExits } from './unexpected-exits.js';
import type { UnexpectedExit } from '../world/supervised-process.js';

const end: UnexpectedExit = {
  name: 'worker-1',
  from: 1_000,
  until: 3_000,
  code: 1,
  served: false,
  logTail: 'connect ECONNREFUSED',
};
const outage: Outage = { of: 'postgres', from: 2_000, until: 9_000 };

describe('an end that nobody ordered', () => {
  it('an exit that nobody ordered is a refused start where a store was away', () => {
    expect(classifyExits([end], [outage])).toEqual({ startsRefused: 1, crashes: [] });
    expect(classifyExits([end], [{ ...outage, of: 'redis' }]).crashes).toEqual([]);
  });

  it.each<[string, UnexpectedExit, Outage]>([
    ['it served already', { ...end, served: true }, outage],
    ['a signal ended it', { ...end, code: null }, outage],
    ['it ended with another code', { ...end, code: 134 }, outage],
    ['the store was back before it began', end, { ...outage, from: 0, until: 999 }],
    ['the store went away after it', end, { ...outage, from: 3_001 }],
    ['another process was away', end, { ...outage, of: 'api' }],
  ])('an exit that nobody ordered is a crash where %s', (_why, given, away) => {
    expect(classifyExits([given], [away])).toEqual({ startsRefused: 0, crashes: [given] });
  });
});
