import base from './jest.config.js';

/** Every test but the large ones: what CI runs. */
export default {
  ...base,
  testRegex: String.raw`\.(spec|int-spec|e2e-spec)\.ts$`,
  testPathIgnorePatterns: ['/node_modules/'],
};
