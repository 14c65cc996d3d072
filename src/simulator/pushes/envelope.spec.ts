import { CIPHER_VECTORS, SIGNATURE_VECTORS } from '../../../test/support/wechat/wechat-vectors.js';
import { encrypt, sign } from './envelope.js';

describe('a sealed push', () => {
  it.each(SIGNATURE_VECTORS)(
    'a push is signed as WeChat signs: %s %s %s',
    (token, timestamp, nonce, expected) => {
      expect(sign([token, timestamp, nonce])).toBe(expected);
    },
  );

  const known = CIPHER_VECTORS.filter(({ random16 }) => random16 !== undefined);

  it.each(known)(
    'an encrypted push equals what WeChat made of the same random bytes: $id',
    (vector) => {
      const random = Buffer.from(vector.random16 ?? '', 'latin1');
      expect(encrypt(vector.plain, vector.encodingAESKey, vector.appid, random)).toBe(
        vector.encrypt,
      );
    },
  );

  it('the encryption has vectors of WeChat to compare with', () => {
    expect(known.length).toBeGreaterThan(2);
  });
});
