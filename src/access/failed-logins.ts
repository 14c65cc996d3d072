import { isIP } from 'node:net';
import { Injectable } from '@nestjs/common';

const WINDOW_MS = 10 * 60_000;
const MOST_FAILURES = 10;
const MOST_ADDRESSES = 10_000;

interface Failures {
  count: number;
  readonly until: number;
}

/**
 * Slows down who tries keys. In memory, because it guards no secret (256 random bits guard themselves): it keeps
 * noise out of the log, and strangers must not be able to make us write to the database.
 */
@Injectable()
export class FailedLogins {
  readonly #failures = new Map<string, Failures>();

  isBlocked(address: string, now = performance.now()): boolean {
    const failures = this.#failures.get(networkOf(address));
    return failures !== undefined && failures.until > now && failures.count >= MOST_FAILURES;
  }

  add(address: string, now = performance.now()): void {
    const network = networkOf(address);
    const failures = this.#failures.get(network);
    if (failures !== undefined && failures.until > now) {
      failures.count++;
      return;
    }
    // At the end again, so that the first entry is always the oldest.
    this.#failures.delete(network);
    this.#failures.set(network, { count: 1, until: now + WINDOW_MS });
    const [oldest] = this.#failures.keys();
    if (this.#failures.size > MOST_ADDRESSES && oldest !== undefined) this.#failures.delete(oldest);
  }
}

/** Of IPv6 a subscriber has a whole /64. */
const networkOf = (address: string): string =>
  isIP(address) === 6 && !address.startsWith('::ffff:')
    ? expand(address).slice(0, 4).join(':')
    : address;

function expand(address: string): string[] {
  const [head = '', tail] = address.split('::');
  const groups = (part: string): string[] => part.split(':').filter((group) => group !== '');
  const known = [groups(head), groups(tail ?? '')] as const;
  const missing = 8 - known[0].length - known[1].length;
  return [...known[0], ...Array.from({ length: Math.max(missing, 0) }, () => '0'), ...known[1]];
}
