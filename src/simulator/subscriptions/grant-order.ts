import type { GrantAnswer } from './grants.js';

/** Where the question stood: on a page of the mini program, on a web page, in an article. */
export type PopupScene = 0 | 1 | 2;

/** People answer whether messages may come. */
export type GrantOrder = {
  readonly openids: readonly string[];
  /** Asked in one question, as up to five may be: one event tells of all of them. */
  readonly templateIds: readonly string[];
  /** `accept` when left out. */
  readonly answer?: GrantAnswer;
  /** So many questions, one after the other. */
  readonly times?: number;
  readonly popupScene?: PopupScene;
  /** Whether the callback hears of it; left out: if there is one. */
  readonly push?: boolean;
};

/** People agree to one message for one occasion; WeChat tells their account nothing of it. */
export type SceneOrder = {
  readonly openids: readonly string[];
  readonly scene: number;
  readonly times?: number;
};

/** The events that told of it, and those that the callback answered well. */
export type GrantPushes = { readonly pushed: number; readonly answeredWell: number };
