import type { Spread } from './support/spread.js';
import type { Testbed } from './support/testbed.js';

/** A number that was measured once, or in several rounds. */
export type Figure = number | Spread | Figures;
export interface Figures {
  readonly [name: string]: Figure;
}

export interface BenchOptions {
  /** Measures with the sizes of production, which take longer than minutes. */
  readonly full: boolean;
  readonly rounds: number;
  /** How many messages, followers or rows one round has. Without it a bench takes its usual number. */
  readonly size?: number | undefined;
  /** For how long to watch what is looked at over time. Without it a bench takes its usual time. */
  readonly minutes?: number | undefined;
  /** The folder for profiles. A profiled run measures one setting only. */
  readonly profileDir?: string | undefined;
}

/** How many messages one round sends. */
export const messagesOf = ({ full, size }: BenchOptions): number =>
  size ?? (full ? 100_000 : 10_000);

/** How many followers an account has in a bench that measures lists. */
export const followersOf = ({ full, size }: BenchOptions): number =>
  size ?? (full ? 1_000_000 : 50_000);

/** After so many messages the slow start and V8's first compilations are over. */
export const WARM_UP_MESSAGES = 10_000;

/** One benchmark. It ends everything that it starts, except what the testbed shares. */
export interface Bench {
  readonly name: string;
  readonly about: string;
  /** Keys name what was varied (a latency, a number of recipients), so that runs of other sizes merge. */
  run(testbed: Testbed, options: BenchOptions): Promise<Figures>;
}
