import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Bench, BenchOptions } from './bench.js';
import { accounts } from './benches/accounts.js';
import { api } from './benches/api.js';
import { bare } from './benches/bare.js';
import { callback } from './benches/callback.js';
import { caps } from './benches/caps.js';
import { expand } from './benches/expand.js';
import { history } from './benches/history.js';
import { idle } from './benches/idle.js';
import { limit } from './benches/limit.js';
import { livePage } from './benches/live-page.js';
import { logins } from './benches/logins.js';
import { loop } from './benches/loop.js';
import { memory } from './benches/memory.js';
import { plain } from './benches/plain.js';
import { proxy } from './benches/proxy.js';
import { scale } from './benches/scale.js';
import { simulator } from './benches/simulator.js';
import { start } from './benches/start.js';
import { sync } from './benches/sync.js';
import { weicast } from './benches/weicast.js';

const BENCHES: readonly Bench[] = [
  limit,
  bare,
  loop,
  weicast,
  plain,
  proxy,
  memory,
  start,
  callback,
  logins,
  sync,
  expand,
  api,
  history,
  scale,
  accounts,
  idle,
  caps,
  livePage,
  simulator,
];
const ROOT = join(import.meta.dirname, '..');

export interface RunOptions extends BenchOptions {
  readonly benches: readonly Bench[];
  readonly json: boolean;
  /** The file that keeps the results of all runs. */
  readonly file: string;
  readonly dist: string;
  readonly profileDir: string | undefined;
}

export const USAGE = `npm run bench -- [options]

  --only NAME,NAME    some of: ${BENCHES.map(({ name }) => name).join(', ')}
  --full              sizes of real life (100,000 recipients and more); takes about an hour
  --rounds N          of what is compared (3), median and both ends told; bare, memory, scale and variants of weicast have one
  --size N            messages, followers or rows of one round, to try something out
  --minutes N         live-page: watches for so long what the page holds, beside a slow broadcast
  --json              prints everything on record as one object, for programs
  --file FILE         the record that partial runs are merged into (.cache/bench.json)
  --profile DIR       keeps a V8 profile of each service process there; figures of such a run are not kept
  --dist DIR          the built service (dist)

${BENCHES.map(({ name, about }) => `  ${name.padEnd(10)} ${about}`).join('\n')}
`;

/** Reads the arguments of `npm run bench --`. */
export function readCommandLine(args: readonly string[]): RunOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string' },
      full: { type: 'boolean', default: false },
      rounds: { type: 'string', default: '3' },
      size: { type: 'string' },
      minutes: { type: 'string' },
      json: { type: 'boolean', default: false },
      file: { type: 'string', default: join(ROOT, '.cache/bench.json') },
      profile: { type: 'string' },
      dist: { type: 'string', default: join(ROOT, 'dist') },
    },
  });
  return {
    benches: values.only === undefined ? BENCHES : values.only.split(',').map(benchOf),
    full: values.full,
    rounds: positiveNumber('rounds', values.rounds),
    size: values.size === undefined ? undefined : positiveNumber('size', values.size),
    minutes: values.minutes === undefined ? undefined : positiveNumber('minutes', values.minutes),
    json: values.json,
    file: values.file,
    dist: values.dist,
    profileDir: values.profile,
  };
}

function benchOf(name: string): Bench {
  const bench = BENCHES.find((each) => each.name === name.trim());
  if (!bench)
    throw new Error(
      `--only must name some of ${BENCHES.map((each) => each.name).join(', ')}, not ${name}`,
    );
  return bench;
}

function positiveNumber(flag: string, text: string): number {
  if (!/^[1-9]\d*$/.test(text))
    throw new Error(`--${flag} must be a whole number above 0, not ${text}`);
  return Number(text);
}
