// A worker that works until it is ended, for tests that need several processes.
import { readEnvironment } from '../../src/config/environment.js';
import { Service } from '../../src/service.js';

const [variables] = process.argv.slice(2);
if (variables === undefined) throw new Error('usage: worker-process.ts <environment as JSON>');

const service = await Service.start(
  readEnvironment({ ...(JSON.parse(variables) as Record<string, string>), ROLES: 'worker' }),
);
process.once('SIGTERM', () => void service.stop());
