import type { Template } from '../api/templates';
import type { Fault, Step } from './steps';
import type { Draft } from './use-draft';

/** What a step is given. */
export interface StepProps {
  readonly draft: Draft;
  readonly template: Template | undefined;
  readonly go: (step: Step) => void;
  /** To the field that a fault is about. */
  readonly lead: (fault: Fault) => void;
  /** Of the fault that one was led to last. */
  readonly led: string | undefined;
  /** The list of openids as it was typed on this page: the service does not answer who stands in it. */
  readonly pasted: string;
  readonly onPaste: (text: string) => void;
}
