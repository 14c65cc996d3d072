import type { Notice } from '../../kernel/warning.js';
import { explain } from '../../wechat/explanations.js';
import { type Remedy, remedyFor } from '../../wechat/remedies.js';

export interface ExplainedErrcode {
  /** The errcode of a send in words, for people. */
  readonly meaning: Notice;
  readonly remedy: Remedy;
}

export const explained = (errcode: number): ExplainedErrcode => ({
  meaning: explain('send', errcode),
  remedy: remedyFor(errcode),
});
