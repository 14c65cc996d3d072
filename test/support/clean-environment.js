import { stderr } from 'node:process';
import NodeEnvironment from 'jest-environment-node';
import { Makers, Mark } from './left-behind.ts';

/** What is being closed ends by itself, however busy the machine: only a leak waits so long. */
const PATIENCE_MS = 60_000;

/**
 * Where suites run. One that leaves a timer, a socket or a process behind is named: it keeps Jest from ending, and runs
 * on beside the suites after it. With WHO_LEFT_IT it fails, and says where what was left at its end was made.
 */
export default class CleanEnvironment extends NodeEnvironment {
  #path;
  #patienceMs;
  #mark;
  #makers;
  #failed = false;

  constructor(config, context) {
    super(config, context);
    this.#path = context.testPath;
    this.#patienceMs = config.projectConfig.testEnvironmentOptions.patienceMs ?? PATIENCE_MS;
  }

  async setup() {
    await super.setup();
    this.#mark = await Mark.set();
    if (process.env.WHO_LEFT_IT !== undefined) this.#makers = new Makers();
  }

  async handleTestEvent(event, state) {
    // What failed has not come to its end, and says so itself.
    if (event.name === 'test_fn_failure' || event.name === 'hook_failure') this.#failed = true;
    if (event.name !== 'run_finish' || this.#failed) return;
    this.#tell(await this.#mark.leftAfter(0));
    const left = await this.#mark.leftAfter(this.#patienceMs);
    if (left.length === 0) return;
    const message = `the suite left behind: ${left.join(', ')}`;
    if (this.#makers === undefined) {
      stderr.write(`${this.#path}: ${message}; WHO_LEFT_IT=1 tells where it was made\n`);
      return;
    }
    const error = new Error(`${message}; where stands above`);
    error.stack = error.message;
    state.unhandledErrors.push(error);
  }

  #tell(left) {
    if (this.#makers === undefined || left.length === 0) return;
    const stacks = this.#makers.stacks().join('\n');
    stderr.write(`${this.#path} left at its end: ${left.join(', ')}\n${stacks}\n`);
  }

  async teardown() {
    this.#makers?.stop();
    await super.teardown();
  }
}
