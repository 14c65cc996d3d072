import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Plan } from './plan/plan.js';
import type { RoundLine } from './report.js';

interface State {
  readonly plans: readonly Plan[];
  readonly lines: readonly RoundLine[];
}

/** Keeps the plans of a run and its finished rounds, so that an interrupted run can continue. */
export class FinishedRounds {
  readonly #file: string | undefined;

  #lines: RoundLine[];

  private constructor(
    file: string | undefined,
    readonly plans: readonly Plan[],
    lines: readonly RoundLine[],
  ) {
    this.#file = file;
    this.#lines = [...lines];
  }

  /** Continues the run of the file. Without a file it begins with these plans. */
  static open(file: string | undefined, plans: readonly Plan[]): FinishedRounds {
    if (file === undefined || !existsSync(file)) return new FinishedRounds(file, plans, []);
    const state = JSON.parse(readFileSync(file, 'utf8')) as State;
    return new FinishedRounds(file, state.plans, state.lines);
  }

  get lines(): readonly RoundLine[] {
    return this.#lines;
  }

  get remaining(): Plan[] {
    return this.plans.filter(
      (plan) => !this.#lines.some(({ seed, queue }) => seed === plan.seed && queue === plan.queue),
    );
  }

  add(line: RoundLine): void {
    this.#lines.push(line);
    const state: State = { plans: this.plans, lines: this.#lines };
    if (this.#file === undefined) return;
    mkdirSync(dirname(this.#file), { recursive: true });
    writeFileSync(this.#file, JSON.stringify(state));
  }

  /** Deletes the file, so that the next run begins anew. */
  delete(): void {
    if (this.#file !== undefined) rmSync(this.#file, { force: true });
  }
}
