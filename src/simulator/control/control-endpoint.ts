import type { Call } from '../wire/call.js';

/** A control endpoint of the simulator. Its result is answered as JSON, and a `Rejection` as 400. */
export type ControlEndpoint = {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  answer(call: Call): unknown;
};
