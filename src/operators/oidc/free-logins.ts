import { randomBytes } from 'node:crypto';

const NUMBERED = 9;

/** A login, and what to try where it is taken: with a number, and then with something that nobody has. */
export function* freeLogins(wanted: string): Generator<string> {
  yield wanted;
  for (let number = 2; number <= NUMBERED; number++) yield `${wanted}-${number}`;
  yield `${wanted}-${randomBytes(3).toString('hex')}`;
}
