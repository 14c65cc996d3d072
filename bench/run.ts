import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readCommandLine, USAGE } from './command-line.js';
import { verdicts } from './goals.js';
import { BenchRecord } from './record.js';
import { machine } from './support/machine.js';
import { redisVersion } from './support/redis-server.js';
import { Stage } from './support/stage.js';
import { table, verdictTable } from './table.js';

/** Progress goes beside the result, which programs read. */
function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}
function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

if (process.argv.includes('--help')) say(USAGE);
else process.exit(await run());

/** 1 if a bench failed; a goal that is missed is told, and no failure. */
async function run(): Promise<number> {
  const order = readCommandLine(process.argv.slice(2));
  for (const lack of lacks(order.dist)) {
    tell(lack);
    return 1;
  }
  let record = BenchRecord.open(order.file);
  const here = machine();
  const stage = new Stage(order.dist, (line) => tell(`    ${line}`), order.profileDir);
  endOnSignals(stage);
  let failed = false;
  try {
    for (const bench of order.benches) {
      tell(`${bench.name}: ${bench.about}`);
      const beganAt = performance.now();
      try {
        const figures = await bench.run(stage, order);
        tell(
          `${table(bench.name, figures)}\n  (${Math.round((performance.now() - beganAt) / 1_000)} s)`,
        );
        if (order.profileDir !== undefined) continue;
        record = record.with(bench.name, figures, here);
        record.save(summaryOf(record));
      } catch (error) {
        failed = true;
        tell(
          `${bench.name} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
        );
      }
    }
  } finally {
    await stage.close();
  }
  say(
    order.json
      ? JSON.stringify({ ...summaryOf(record), benches: record.entries }, undefined, 2)
      : verdictTable(verdicts(record.entries)),
  );
  return failed ? 1 : 0;
}

/** The figures that the product promises, by their keys. */
function summaryOf(record: BenchRecord): object {
  return Object.fromEntries(verdicts(record.entries).map(({ key, value }) => [key, value]));
}

/** What this machine must have for it. */
function lacks(dist: string): string[] {
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

/** Ctrl-C ends every process that was started, and leaves nothing behind. */
function endOnSignals(stage: Stage): void {
  let ending = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (ending) return; // under npm it arrives twice
      ending = true;
      tell('ending …');
      void stage.close().then(() => process.exit(130));
    });
  }
}
