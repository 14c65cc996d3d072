import type { GrantAnswer } from './grants.js';

/** The place of the question: a page of the mini program, a web page, or an article. */
export type PopupScene = 0 | 1 | 2;

/** People answer whether messages may come. */
export type GrantOrder = {
  readonly openids: readonly string[];
  /** The templates of one question, at most five. One event tells the answers to all of them. */
  readonly templateIds: readonly string[];
  /** The default is `accept`. */
  readonly answer?: GrantAnswer;
  /** The number of questions, one after the other. */
  readonly times?: number;
  readonly popupScene?: PopupScene;
  /** Whether the answers are pushed. By default they are, if there is a callback. */
  readonly push?: boolean;
};

/** People agree to one message for one occasion. WeChat does not tell the account. */
export type SceneOrder = {
  readonly openids: readonly string[];
  readonly scene: number;
  readonly times?: number;
};

/** The number of pushed events, and of those that the callback answered well. */
export type GrantPushes = { readonly pushed: number; readonly answeredWell: number };
