/** Two independent 32-bit hashes of one text. 64 bits tell a million messages apart without their text. */
export type TextHash = { readonly high: number; readonly low: number };

/** A quick hash, which is the same in every run. It is not cryptographic. */
export const hashText = (text: string, seed = 0): TextHash => {
  let high = 0xdeadbeef ^ seed;
  let low = 0x41c6ce57 ^ seed;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    high = Math.imul(high ^ unit, 0x9e3779b1);
    low = Math.imul(low ^ unit, 0x5f356495);
  }
  return { high: mix32(high ^ (low >>> 13)), low: mix32(low ^ (high >>> 16)) };
};

/** A bijection of 32-bit integers in which every input bit moves about half of the output bits. */
export const mix32 = (value: number): number => {
  let mixed = value ^ (value >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
};
