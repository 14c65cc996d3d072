/** Mulberry32: small, fast, and the same numbers for the same seed on every machine. Between 0 and 1. */
export function randomOf(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** One seed of two numbers, so that what is drawn for one broadcast does not depend on what was drawn before. */
export const seedOf = (seed, index) => (Math.imul(seed, 0x9e3779b1) ^ (index + 0x7f4a7c15)) >>> 0;

const HEX = '0123456789abcdef';
const URL_SAFE = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

export const hexOf = (random, digits) => charsOf(random, digits, HEX);
export const urlSafeOf = (random, digits) => charsOf(random, digits, URL_SAFE);

function charsOf(random, digits, alphabet) {
  let text = '';
  for (let n = 0; n < digits; n++) text += alphabet[Math.floor(random() * alphabet.length)];
  return text;
}
