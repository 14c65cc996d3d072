import type { Call } from '../wire/call.js';

/** One of the simulator's own addresses. What it returns is answered as JSON; a `Rejection` becomes a 400. */
export type ControlEndpoint = {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  answer(call: Call): unknown;
};
