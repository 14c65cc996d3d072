import { availableParallelism } from 'node:os';

/**
 * `npm test` alone leaves out what takes long: the whole service (e2e), and outages, which wait by the clock. So it fits
 * eight minutes on two cores. With a name it finds every suite of that name. CI runs jest.all.config.js.
 */
const isNamed = process.argv.slice(2).some((argument) => !argument.startsWith('-'));

/** @type {import('jest').Config} */
export default {
  // Names a suite that leaves a timer, socket or process behind, as Jest does not; with WHO_LEFT_IT such a one fails.
  testEnvironment: '<rootDir>/test/support/clean-environment.js',
  rootDir: '.',
  roots: ['<rootDir>/src', '<rootDir>/web/src', '<rootDir>/test'],
  testRegex: isNamed
    ? String.raw`\.(spec|int-spec|e2e-spec)\.ts$`
    : String.raw`\.(spec|int-spec)\.ts$`,
  testPathIgnorePatterns: ['/node_modules/', ...(isNamed ? [] : ['<rootDir>/test/outages/'])],
  testSequencer: '<rootDir>/test/support/quick-first.js',
  moduleFileExtensions: ['ts', 'js', 'json'],
  extensionsToTreatAsEsm: ['.ts'],
  // nodenext sources import './x.js'; under jest that file is './x.ts'
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  setupFiles: ['<rootDir>/test/support/jest.setup.js'],
  globalSetup: '<rootDir>/test/support/global-setup.js',
  globalTeardown: '<rootDir>/test/support/global-teardown.js',
  transform: { '^.+\\.ts$': ['@swc/jest'] },
  // Only for what hangs: on a busy machine everything takes its time.
  testTimeout: 300_000,
  // The long suites wait for servers and seconds more than they compute.
  maxWorkers: Math.max(3, availableParallelism() - 1),
};
