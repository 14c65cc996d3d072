import base from './jest.config.js';

/** Tests with millions of rows: minutes each, not in CI, their results dated in docs/. */
export default {
  ...base,
  testRegex: String.raw`\.large-spec\.ts$`,
  testTimeout: 3_600_000,
};
