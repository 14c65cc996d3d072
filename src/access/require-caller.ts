import { type Caller, callerNow } from './caller.js';

/** Who the present request is from. Only behind a route that is not public. */
export function requireCaller(): Caller {
  const caller = callerNow();
  if (caller === undefined) throw new Error('no caller: this runs outside of a request');
  return caller;
}
