import { ApiProperty } from '@nestjs/swagger';
import { NoticeView } from '../http/warning-view.js';
import type { Checkup } from './checkup.service.js';
import { FixView } from '../accounts/fix-view.js';
import { STEP_IDS, STEP_STATES, type Step, type StepId, type StepState } from './steps.js';

export class CheckStepView implements Step {
  @ApiProperty({ enum: STEP_IDS })
  readonly id!: StepId;
  /** `waiting`: somebody must do something at WeChat, as `fix` says; it turns `ok` by itself then. */
  @ApiProperty({ enum: STEP_STATES })
  readonly state!: StepState;
  readonly since!: Date | null;
  /** What was found. */
  @ApiProperty({ type: NoticeView, nullable: true })
  readonly fact!: NoticeView | null;
  /** What to do, and where to click in WeChat's pages. */
  @ApiProperty({ type: FixView, nullable: true })
  readonly fix!: FixView | null;
}

/** What is left to do before an account can send and hear. */
export class AccountCheckView {
  /** When the last check was started; null before the first. */
  readonly startedAt!: Date | null;
  /** Null while one runs, too. */
  readonly finishedAt!: Date | null;
  /** In the order in which they can be done. For a test account (测试号) four in plain mode, five otherwise. */
  @ApiProperty({ type: [CheckStepView] })
  readonly steps!: CheckStepView[];
  /** `worker`: for ten seconds no process with that role has taken up the reading of the followers. */
  @ApiProperty({ type: 'string', enum: ['worker'], nullable: true })
  readonly waitingFor!: 'worker' | null;
}

export const toCheckView = ({ steps, ...check }: Checkup): AccountCheckView => ({
  ...check,
  steps: [...steps],
});
