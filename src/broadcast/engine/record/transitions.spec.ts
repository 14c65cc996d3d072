import { readFileSync } from 'node:fs';
import { ALLOWED, REPEATED, VERBS } from './transitions.js';
import type { BroadcastState } from './states.js';

/** The rows of the table of states and verbs in a page, by state. */
function verbsByState(page: string): Record<string, string[]> {
  const rows = readFileSync(page, 'utf8').matchAll(
    /^\| `(\w+)` \| ((?:`[a-z-]+`[,、 ]*)+|–) \|$/gm,
  );
  return Object.fromEntries(
    [...rows].map(([, state = '', verbs = '']) => [
      state,
      [...verbs.matchAll(/`([a-z-]+)`/g)].map(([, verb = '']) => verb),
    ]),
  );
}

describe('what may be done to a broadcast in which state', () => {
  it.each(['docs/api.md', 'docs/api.zh-CN.md'])('%s has the table that the code has', (page) => {
    expect(verbsByState(page)).toMatchObject(ALLOWED);
  });

  it('every verb is allowed somewhere', () => {
    expect(new Set(Object.values(ALLOWED).flat())).toEqual(new Set(VERBS));
  });

  it('a verb is never both repeated and carried out in one state', () => {
    for (const verb of VERBS)
      for (const state of REPEATED[verb] ?? [])
        expect(ALLOWED[state satisfies BroadcastState]).not.toContain(verb);
  });
});
