import { useSyncExternalStore } from 'react';

let ended: string | undefined;
let known = false;
const listeners = new Set<() => void>();
const tell = (): void => {
  for (const listener of listeners) listener();
};

/** Somebody is logged in: from now on a 401 means that this ended. */
export function beginSession(): void {
  known = true;
  ended = undefined;
  tell();
}

/** Called with the code that says why. False before anybody has logged in: there is nothing to end. */
export function endSession(code: string): boolean {
  if (!known) return false;
  if (ended === undefined) {
    ended = code;
    tell();
  }
  return true;
}

/** The session is over because the person has ended it. */
export function leaveSession(): void {
  known = false;
  ended = undefined;
  forgetTab();
}

/** What this tab keeps was somebody's, who is no longer the one before it. */
export function forgetTab(): void {
  try {
    sessionStorage.clear();
  } catch {
    // A browser that forbids storage has kept nothing.
  }
}

/** Why the session of this page is over; undefined while it is not. */
export const useSessionEnd = (): string | undefined =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => ended,
  );
