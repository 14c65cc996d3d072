import type { CallbackKeys } from '../accounts/account-secrets.js';
import { checkAnnounced, isProvenBy } from './announced-push.js';
import { signatureOf } from './signature.js';

const keysOf = (mode: CallbackKeys['mode'], token: string): CallbackKeys => ({
  accountId: 1,
  appid: 'wx0123456789abcdef',
  mode,
  tokens: [token],
  aesKeys: [],
  forwardUrl: null,
  hasShownFresh: true,
});
const stamp = { timestamp: '1764518400', nonce: '77' };
const signedWith = (token: string) => ({
  ...stamp,
  signature: signatureOf([token, stamp.timestamp, stamp.nonce]),
});

describe("what a push's query proves", () => {
  it("what a push's query proves is its own signature, for the keys that it was checked with", () => {
    const keys = keysOf('plain', 'one');
    expect(isProvenBy(keys, checkAnnounced(keys, signedWith('one')))).toBe(true);
  });

  it("what a push's query proves is nothing to keys that came while its body was read", () => {
    const announced = checkAnnounced(keysOf('plain', 'one'), signedWith('one'));
    expect(isProvenBy(keysOf('plain', 'one'), announced)).toBe(false);
    expect(isProvenBy(keysOf('plain', 'two'), announced)).toBe(false);
    expect(isProvenBy(keysOf('plain', 'one'), undefined)).toBe(false);
  });

  it("what a push's query proves is nothing where it only looks signed and its body has to show it", () => {
    const keys = keysOf('safe', 'one');
    const announced = checkAnnounced(keys, { ...stamp, msg_signature: 'a'.repeat(40) });
    expect(isProvenBy(keys, announced)).toBe(false);
  });
});
