import { availableParallelism } from 'node:os';
import base from './jest.config.js';

/** Every test but the large ones: what CI runs. */
export default {
  ...base,
  testRegex: String.raw`\.(spec|int-spec|e2e-spec)\.ts$`,
  testPathIgnorePatterns: ['/node_modules/'],
  testSequencer: '<rootDir>/test/support/evenly-mixed.js',
  // Mixed like this, four keep two cores busy; three left a third of them idle.
  maxWorkers: Math.max(4, availableParallelism() - 1),
};
