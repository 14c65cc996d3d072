import { useState } from 'react';
import { asProblem } from './problem';

/** A name for one attempt, under which the service does the same thing once however often it is asked. */
function attemptKey(): string {
  // Not `crypto.randomUUID`, which a page over plain http on an intranet does not have.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * One act that a person asks for. Silence and a fault of the service leave open whether it was done, so the next try is
 * the same request under the same key; anything else answers it, and what is asked then is another act.
 */
export class Attempt {
  #key: string | undefined;
  #asked = '';

  /** @param request what is asked for, as it goes into JSON: another one is another act */
  async ask<T>(request: unknown, send: (key: string) => Promise<T>): Promise<T> {
    const asked = JSON.stringify(request);
    if (asked !== this.#asked) this.#key = undefined;
    this.#asked = asked;
    this.#key ??= attemptKey();
    try {
      const answer = await send(this.#key);
      this.#key = undefined;
      return answer;
    } catch (error) {
      if (!asProblem(error).isOpen) this.#key = undefined;
      throw error;
    }
  }
}

/** One for each act of a component, as long as the component is on the page. */
export const useAttempt = (): Attempt => useState(() => new Attempt())[0];
