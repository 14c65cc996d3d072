import { stderr } from 'node:process';
import NodeEnvironment from 'jest-environment-node';
import { Makers, Mark } from './left-behind.ts';

/** Connections that are being closed end by themselves, even where a machine is busy. */
const PATIENCE_MS = 15_000;

/**
 * Where suites run when WHO_LEFT_IT is set. One that leaves a timer, a socket or a process behind fails: it would keep
 * Jest from ending, and run on beside the suites after it. It says what was left at the end, and where that was made.
 */
export default class CleanEnvironment extends NodeEnvironment {
  #path;
  #mark;
  #makers;
  #failed = false;

  constructor(config, context) {
    super(config, context);
    this.#path = context.testPath;
  }

  async setup() {
    await super.setup();
    this.#mark = await Mark.set();
    this.#makers = new Makers();
  }

  async handleTestEvent(event, state) {
    // What failed has not come to its end, and says so itself.
    if (event.name === 'test_fn_failure' || event.name === 'hook_failure') this.#failed = true;
    if (event.name !== 'run_finish' || this.#failed) return;
    const atFirst = await this.#mark.leftAfter(0);
    if (atFirst.length === 0) return;
    const stacks = this.#makers.stacks();
    const began = performance.now();
    const left = await this.#mark.leftAfter(PATIENCE_MS);
    const seconds = ((performance.now() - began) / 1_000).toFixed(1);
    const end = left.length === 0 ? `gone after ${seconds} s` : `still there: ${left.join(', ')}`;
    stderr.write(`${this.#path} left ${atFirst.join(', ')}; ${end}\n${stacks.join('\n')}\n`);
    if (left.length === 0) return;
    const error = new Error(`the suite left behind: ${left.join(', ')}; where stands above`);
    error.stack = error.message;
    state.unhandledErrors.push(error);
  }

  async teardown() {
    this.#makers?.stop();
    await super.teardown();
  }
}
