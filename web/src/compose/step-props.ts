import type { Step } from './steps';
import type { Template } from './template-list';
import type { Draft } from './use-draft';

/** What a step is given. */
export interface StepProps {
  readonly draft: Draft;
  readonly template: Template | undefined;
  readonly go: (step: Step) => void;
}
