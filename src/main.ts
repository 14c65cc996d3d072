import 'reflect-metadata';
import { EnvironmentFault } from './config/environment-fault.js';
import { readEnvironment } from './config/environment.js';
import { Service } from './service.js';
import { stopOnSignals } from './stop-on-signals.js';

try {
  const service = await Service.start(readEnvironment(), (error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  });
  stopOnSignals(() => service.stop());
} catch (error) {
  // What the operator has to mend is said plainly; everything else with its stack.
  process.stderr.write(`${error instanceof EnvironmentFault ? error.message : trace(error)}\n`);
  process.exit(1);
}

function trace(error: unknown): string {
  return error instanceof Error
    ? `${error.stack ?? error.message}${error.cause ? `\ncaused by: ${trace(error.cause)}` : ''}`
    : String(error);
}
