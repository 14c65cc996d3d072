import { audienceIn, followersIn, openidsIn } from './audience';

describe('whom a draft reaches', () => {
  it.each([
    ['a list that is on record', { kind: 'openids', count: 3, duplicates: 0 }, 3],
    ['a list that was just typed', { kind: 'openids', openids: ['oA', 'oB'] }, 2],
    ['an emptied list', { kind: 'openids', openids: [] }, 0],
    ['everybody', { kind: 'all' }, undefined],
    ['nobody yet', null, undefined],
  ])('whom a draft reaches is told for %s', (_what, member, people) => {
    expect(audienceIn(member).people).toBe(people);
  });

  it('a draft names people only where they are not on record', () => {
    expect(openidsIn({ kind: 'openids', openids: ['oA'] })).toEqual(['oA']);
    expect(openidsIn({ kind: 'openids', count: 3 })).toEqual([]);
    expect(openidsIn(null)).toEqual([]);
  });

  it.each(['idle', 'running', 'failed'] as const)(
    'whom a draft reaches is no number while the walk through the followers is %s',
    (state) => {
      expect(followersIn({ state, seen: 12 })).toBeUndefined();
    },
  );

  it('whom a draft reaches is the followers of a walk that has come to its end', () => {
    expect(followersIn({ state: 'done', seen: 12 })).toBe(12);
    expect(followersIn(undefined)).toBeUndefined();
  });
});
