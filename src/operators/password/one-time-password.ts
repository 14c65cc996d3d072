import { randomInt } from 'node:crypto';

/** Without what looks alike when it is read from paper: 0 and o, 1 and l and i. */
const SIGNS = 'abcdefghjkmnpqrstuvwxyz23456789';

/** 16 signs, 79 random bits, in four groups: to be told once, and changed at the first login. */
export const newOneTimePassword = (): string =>
  Array.from({ length: 4 }, () =>
    Array.from({ length: 4 }, () => SIGNS[randomInt(SIGNS.length)] ?? '').join(''),
  ).join('-');
