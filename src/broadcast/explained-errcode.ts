import { explain, type Remedy, remedyFor } from '../wechat/remedies.js';

/** An errcode in words, for people. */
export interface Meaning {
  readonly zh: string;
  readonly en: string;
}

export interface ExplainedErrcode {
  readonly meaning: Meaning;
  readonly remedy: Remedy;
}

export const explained = (errcode: number): ExplainedErrcode => ({
  meaning: explain(errcode),
  remedy: remedyFor(errcode),
});
