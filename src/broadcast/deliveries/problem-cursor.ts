import { invalidCursor } from '../../http/id-cursor.js';
import type { DeliveryState } from '../engine/record/states.js';

/** The states that `delivery_problem` knows, in the order in which they are listed. */
export const PROBLEM_STATES = ['failed', 'blocked', 'refused', 'unknown'] as const;
export type ProblemState = (typeof PROBLEM_STATES)[number];

/** Where a list of problems goes on: after this row of `delivery_problem`'s key. */
export interface ProblemCursor {
  readonly state: ProblemState;
  readonly errcode: number;
  readonly openid: string;
}

export const isProblemState = (state: DeliveryState): state is ProblemState =>
  (PROBLEM_STATES as readonly string[]).includes(state);

export const writeProblemCursor = ({ state, errcode, openid }: ProblemCursor): string =>
  `${state}.${errcode}.${openid}`;

export function readProblemCursor(text: string): ProblemCursor {
  const [, state, errcode, openid] = /^([a-z]+)\.(-?\d{1,9})\.([\w-]{1,64})$/.exec(text) ?? [];
  const known = PROBLEM_STATES.find((each) => each === state);
  if (known === undefined || openid === undefined) throw invalidCursor();
  return { state: known, errcode: Number(errcode), openid };
}
