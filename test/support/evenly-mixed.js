import Sequencer from '@jest/test-sequencer';

/** These wait for servers and for seconds; the others compute. */
const WAITS = /\.e2e-spec\.ts$|\/test\/outages\//;

/**
 * Suites that wait spread evenly among those that compute, each kind the longest first: neither the cores nor the places
 * stand idle, and no long suite runs alone at the end.
 */
export default class EvenlyMixed extends Sequencer {
  async sort(tests) {
    const sorted = await super.sort(tests);
    const placed = [true, false].flatMap((waits) => {
      const kind = sorted.filter(({ path }) => WAITS.test(path) === waits);
      return kind.map((test, index) => ({ test, at: (index + 0.5) / kind.length }));
    });
    return placed.toSorted((one, other) => one.at - other.at).map(({ test }) => test);
  }
}
