import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readCommandLine, USAGE } from './command-line.js';
import { verdicts } from './goals.js';
import { BenchRecord } from './record.js';
import { machine } from './support/machine.js';
import { redisVersion } from './support/redis-server.js';
import { Testbed } from './support/testbed.js';
import { table, verdictTable } from './table.js';

/** Progress goes to the error channel, because programs read the result. */
function log(line: string): void {
  process.stderr.write(`${line}\n`);
}
function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

if (process.argv.includes('--help')) print(USAGE);
else process.exit(await run());

/** Returns 1 if a bench failed. A missed goal is reported, and is no failure. */
async function run(): Promise<number> {
  const options = readCommandLine(process.argv.slice(2));
  for (const lack of missingRequirements(options.dist)) {
    log(lack);
    return 1;
  }
  let record = BenchRecord.open(options.file);
  const here = machine();
  const testbed = new Testbed(options.dist, (line) => log(`    ${line}`), options.profileDir);
  closeOnSignals(testbed);
  let failed = false;
  try {
    for (const bench of options.benches) {
      log(`${bench.name}: ${bench.about}`);
      const beganAt = performance.now();
      try {
        const figures = await bench.run(testbed, options);
        log(
          `${table(bench.name, figures)}\n  (${Math.round((performance.now() - beganAt) / 1_000)} s)`,
        );
        if (options.profileDir !== undefined) continue;
        record = record.with(bench.name, figures, here);
        record.save(summaryOf(record));
      } catch (error) {
        failed = true;
        log(
          `${bench.name} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
        );
      }
    }
  } finally {
    await testbed.close();
  }
  print(
    options.json
      ? JSON.stringify({ ...summaryOf(record), benches: record.entries }, undefined, 2)
      : verdictTable(verdicts(record.entries)),
  );
  return failed ? 1 : 0;
}

/** The promised figures, by their keys. */
function summaryOf(record: BenchRecord): object {
  return Object.fromEntries(verdicts(record.entries).map(({ key, value }) => [key, value]));
}

/** Names what this machine lacks for the benchmarks. */
function missingRequirements(dist: string): string[] {
  const faults: string[] = [];
  if (redisVersion() === undefined)
    faults.push(
      'redis-server is missing: the benchmarks start their own. On Debian: apt-get install redis-server',
    );
  if (!existsSync('/proc/self/stat'))
    faults.push('processor time is read from /proc, which only Linux has: run it in a container');
  if (!existsSync(join(dist, 'main.js')))
    faults.push(`${dist} holds no built service: npm run build`);
  return faults;
}

/** Ctrl-C ends every process of the run, and leaves nothing behind. */
function closeOnSignals(testbed: Testbed): void {
  let ending = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (ending) return; // under npm it arrives twice
      ending = true;
      log('ending …');
      void testbed.close().then(() => process.exit(130));
    });
  }
}
