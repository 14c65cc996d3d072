import type { Spread } from './support/spread.js';
import type { Stage } from './support/stage.js';

/** A number that was measured, once or in several rounds. */
export type Figure = number | Spread | Figures;
export interface Figures {
  readonly [name: string]: Figure;
}

export interface BenchOptions {
  /** The sizes of real life instead of those that fit into minutes. */
  readonly full: boolean;
  readonly rounds: number;
  /** Messages, followers or rows of one round, where somebody wants another number than the usual one. */
  readonly size?: number | undefined;
  /** Where profiles are kept: one setting is enough then. */
  readonly profileDir?: string | undefined;
}

/** Of one round, where messages are sent. */
export const messagesOf = ({ full, size }: BenchOptions): number =>
  size ?? (full ? 100_000 : 10_000);

/** Of an account, where the list is what is measured. */
export const followersOf = ({ full, size }: BenchOptions): number =>
  size ?? (full ? 1_000_000 : 50_000);

/** Enough to be past the slow start and V8's first compilations, whatever a round sends. */
export const WARM_UP_MESSAGES = 10_000;

/** One benchmark by its name. What it starts it also ends, but for what the stage shares. */
export interface Bench {
  readonly name: string;
  readonly about: string;
  /** Keys say what was varied (a latency, a number of recipients), so that runs of other sizes merge. */
  run(stage: Stage, options: BenchOptions): Promise<Figures>;
}
