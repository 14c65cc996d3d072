import { explain } from '../../wechat/explanations.js';
import { type Remedy, remedyFor } from '../../wechat/remedies.js';

/** The errcode of a send in words, for people. */
export interface Meaning {
  readonly zh: string;
  readonly en: string;
}

export interface ExplainedErrcode {
  readonly meaning: Meaning;
  readonly remedy: Remedy;
}

export const explained = (errcode: number): ExplainedErrcode => ({
  meaning: explain('send', errcode),
  remedy: remedyFor(errcode),
});
