import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { drawPlan } from './plan/draw-plan.js';
import { drawShortPlan } from './plan/draw-short-plan.js';
import { type Plan, type QueueName, QUEUES } from './plan/plan.js';

export interface RunOptions {
  readonly plans: readonly Plan[];
  /** Rounds that run at once. */
  readonly jobs: number;
  readonly dist: string;
  /** The file of finished rounds, with which an interrupted run continues. Undefined: there is none. */
  readonly resume: string | undefined;
}

const ROOT = join(import.meta.dirname, '../..');

export const USAGE = `npm run test:chaos -- [options]

  --rounds N          rounds on each queue (4)
  --queue Q           redis, postgres or both (both)
  --seed S            of the first round; the next have S + 1, S + 2 … (the time)
  --short             one round on each queue with the faults that CI wants
  --plan P            plays one plan again: its seed (with --queue), its JSON, or a file that holds it
  --jobs N            rounds at a time (1; with --short both)
  --resume [--state FILE]
                      goes on with a run that was cut, from its file of finished rounds (.cache/chaos-state.json)
  --dist DIR          the built service (dist)
`;

/** Reads the arguments of `npm run test:chaos --`. */
export function readCommandLine(args: readonly string[]): RunOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string', default: '4' },
      queue: { type: 'string', default: 'both' },
      seed: { type: 'string' },
      short: { type: 'boolean', default: false },
      plan: { type: 'string' },
      jobs: { type: 'string' },
      resume: { type: 'boolean', default: false },
      state: { type: 'string', default: join(ROOT, '.cache/chaos-state.json') },
      dist: { type: 'string', default: join(ROOT, 'dist') },
    },
  });
  const queues = QUEUES.filter((queue) => values.queue === 'both' || values.queue === queue);
  if (queues.length === 0) throw new Error(`--queue must be redis, postgres or both`);
  const seed =
    values.seed === undefined ? Date.now() % 1_000_000 : wholeNumber('seed', values.seed);
  const plans =
    values.plan === undefined
      ? queues.flatMap((queue) =>
          Array.from({ length: values.short ? 1 : wholeNumber('rounds', values.rounds) }, (_, n) =>
            values.short ? drawShortPlan(seed, queue) : drawPlan(seed + n, queue),
          ),
        )
      : readPlan(values.plan, queues, values.short);
  return {
    plans,
    jobs: wholeNumber('jobs', values.jobs ?? (values.short ? '2' : '1')),
    dist: values.dist,
    resume: values.resume ? values.state : undefined,
  };
}

function readPlan(text: string, queues: readonly QueueName[], short: boolean): Plan[] {
  if (/^\d+$/.test(text))
    return queues.map((queue) => (short ? drawShortPlan : drawPlan)(Number(text), queue));
  return [JSON.parse(existsSync(text) ? readFileSync(text, 'utf8') : text) as Plan];
}

function wholeNumber(flag: string, text: string): number {
  if (!/^\d+$/.test(text)) throw new Error(`--${flag} must be a whole number, not ${text}`);
  return Number(text);
}
