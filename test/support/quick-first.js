import Sequencer from '@jest/test-sequencer';

/** Unit tests, then our classes on real stores, then the whole service: a first answer comes soon. */
const RANKS = [/\.int-spec\.ts$/, /\.(e2e|large)-spec\.ts$/];

/** A unit test matches none, and comes first. */
const rank = ({ path }) => RANKS.findIndex((pattern) => pattern.test(path));

export default class QuickFirst extends Sequencer {
  async sort(tests) {
    const sorted = await super.sort(tests);
    return sorted.toSorted((one, other) => rank(one) - rank(other));
  }
}
