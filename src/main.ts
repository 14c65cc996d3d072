import 'reflect-metadata';
import { setFlagsFromString } from 'node:v8';
import { Logger } from '@nestjs/common';
import { readEnvironment, unknownVariables } from './config/environment.js';
import { StartFault } from './kernel/start-fault.js';
import { Service } from './service.js';
import { startFacts, startWords } from './start-words.js';
import { stopOnSignals } from './stop-on-signals.js';

// Left to itself, V8 lets the heap of a busy process grow several times over before it collects: memory would
// follow the length of a broadcast. Collecting at 30 % above what is alive costs no throughput that we could measure.
setFlagsFromString('--heap-growing-percent=30');

const say = (line: string): void => void process.stderr.write(`${line}\n`);

try {
  for (const name of unknownVariables()) say(`${name} is not a variable of ours: is it misspelt?`);
  const service = await Service.start(readEnvironment(), (error) => {
    say(error.message);
    process.exit(1);
  });
  // Before it says that it is there: whoever hears that may stop it.
  stopOnSignals(
    () => service.stop(),
    () => service.storesAnswer(),
  );
  say(`Weicast listens on ${service.url}`);
  const isTerminal = process.stdout.isTTY;
  // A log is kept, and may be read by many: it has the address alone.
  const isSeenByOne = isTerminal && process.stderr.isTTY;
  // The service listens by now: what only helps a person must not end it.
  const isFirstRun = isSeenByOne && (await service.wantsSetup().catch(() => false));
  const console = await service
    .consoleAddress('/', isFirstRun ? 'setup' : undefined)
    .catch(() => undefined);
  const facts = startFacts(service.config, service.url, console);
  if (isTerminal) say(startWords(facts));
  else new Logger('Service').log(facts, 'started');
} catch (error) {
  // A fault that the operator has to mend is told in its sentence; any other error with its stack.
  say(error instanceof StartFault ? error.message : trace(error));
  process.exit(1);
}

function trace(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return (error.stack ?? error.message) + (error.cause ? `\ncaused by: ${trace(error.cause)}` : '');
}
