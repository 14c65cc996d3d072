import { both } from '../kernel/bilingual.js';
import { StartFault } from '../kernel/start-fault.js';

export interface VariableFault {
  readonly variable: string;
  /** What was expected, what came, and how to put it right; never a secret's value. */
  readonly message: string;
}

/** Everything that is wrong with the environment, in one message for a terminal. */
export class EnvironmentFault extends StartFault {
  override readonly name = 'EnvironmentFault';

  constructor(readonly faults: readonly VariableFault[]) {
    const lines = faults.map(({ variable, message }) => `  ${variable}: ${message}`);
    super(
      both(
        '无法启动，环境变量需要更正',
        `Cannot start, the environment needs correcting:\n${lines.join('\n')}\n`,
      ),
    );
  }
}
