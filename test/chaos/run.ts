import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCommandLine, USAGE } from './command-line.js';
import { uncoveredKinds, LONG_RUN } from './verdict/fault-coverage.js';
import { FinishedRounds } from './finished-rounds.js';
import { type Plan, QUEUES } from './plan/plan.js';
import { type RoundLine, lineOf, table } from './report.js';
import { runRound } from './round.js';
import type { World } from './world/world.js';

const print = (line: string): void => void process.stdout.write(`${line}\n`);

if (process.argv.includes('--help')) print(USAGE);
// A round that broke off may have left open sockets, so the process must exit.
else process.exit(await run());

/** Runs all rounds. Returns 1 if any of them broke a promise. */
async function run(): Promise<number> {
  const options = readCommandLine(process.argv.slice(2));
  const finished = FinishedRounds.open(options.resume, options.plans);
  const dir = mkdtempSync(join(tmpdir(), 'weicast-chaos-'));
  // Postgres does not run as root. Its user must be able to enter the folder.
  chmodSync(dir, 0o711);
  const worlds = new Set<World>();
  // A continued run fails if one of its earlier rounds failed.
  let failed = finished.lines.some(({ violations }) => violations > 0);
  endOnSignals(worlds, dir);

  const left = finished.remaining;
  if (finished.lines.length > 0)
    print(`going on: ${left.length} of ${finished.plans.length} rounds`);
  const lane = async (): Promise<void> => {
    for (let plan = left.shift(); plan !== undefined; plan = left.shift()) {
      const line = await runAndReport(plan, options.dist, join(dir, nameOf(plan)), worlds);
      failed ||= line === undefined || line.violations > 0;
      if (line) finished.add(line);
    }
  };
  await Promise.all(Array.from({ length: options.jobs }, lane));
  print(`\n${table(finished.lines)}`);
  if (failed) print(`\nFAILED. The logs of the rounds that failed are in ${dir}`);
  else rmSync(dir, { recursive: true, force: true });
  const isIncomplete = reportUncovered(finished);
  finished.delete();
  return failed || isIncomplete ? 1 : 0;
}

/** Reports the kinds of faults that struck in no round. Returns whether the run was long enough to require them. */
function reportUncovered({ plans, lines }: FinishedRounds): boolean {
  let isIncomplete = false;
  for (const queue of QUEUES) {
    const rounds = plans.filter((plan) => plan.queue === queue).length;
    const uncovered = rounds === 0 ? [] : uncoveredKinds(queue, lines);
    if (uncovered.length === 0) continue;
    isIncomplete ||= rounds >= LONG_RUN;
    print(
      `\n${rounds >= LONG_RUN ? 'FAILED: ' : ''}never struck on ${queue}: ${uncovered.join(', ')}`,
    );
  }
  return isIncomplete;
}

/** Returns undefined if the round broke off. */
async function runAndReport(
  plan: Plan,
  dist: string,
  dir: string,
  worlds: Set<World>,
): Promise<RoundLine | undefined> {
  const name = nameOf(plan);
  const log = (line: string): void => print(`${name}  ${line}`);
  log(`${plan.followers} followers at ${plan.perSecond}/s, ${plan.steps.length} faults`);
  let world: World | undefined;
  try {
    const result = await runRound(plan, dist, dir, log, (opened) => {
      world = opened;
      worlds.add(opened);
    });
    if (result.violations.length === 0) {
      const { seconds, sends, unknown } = lineOf(result);
      log(`well after ${seconds} s: ${sends} sends, ${unknown} unknown, none seen twice`);
      await rm(dir, { recursive: true, force: true });
    } else {
      for (const violation of result.violations) log(`VIOLATION ${violation}`);
      await reportPlan(plan, dir, log);
    }
    return lineOf(result);
  } catch (error) {
    log(`the round broke off: ${trace(error)}`);
    await reportPlan(plan, dir, log);
    return undefined;
  } finally {
    if (world) worlds.delete(world);
  }
}

async function reportPlan(plan: Plan, dir: string, log: (line: string) => void): Promise<void> {
  const file = join(dir, 'plan.json');
  await writeFile(file, JSON.stringify(plan, undefined, 2));
  log(`logs: ${dir}`);
  log(`plan: ${JSON.stringify(plan)}`);
  log(`again: npm run test:chaos -- --plan ${file}`);
}

function nameOf({ queue, seed }: Plan): string {
  return `${queue}-${seed}`;
}

/** Ctrl-C ends every process of the run, and leaves nothing behind. */
function endOnSignals(worlds: Set<World>, dir: string): void {
  let ending = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (ending) return; // under npm it arrives twice
      ending = true;
      print('ending …');
      void Promise.allSettled([...worlds].map((world) => world.close())).then(() => {
        rmSync(dir, { recursive: true, force: true });
        process.exit(130);
      });
    });
  }
}

function trace(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return (error.stack ?? error.message) + (error.cause ? `\ncaused by: ${trace(error.cause)}` : '');
}
