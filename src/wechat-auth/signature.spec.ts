import fc from 'fast-check';
import { CIPHER_VECTORS, SIGNATURE_VECTORS } from '../../test/support/wechat/wechat-vectors.js';
import { isSigned, signatureOf } from './signature.js';

describe('a signature', () => {
  it.each(SIGNATURE_VECTORS)(
    'a signature of token %s at %s with nonce %s is %s',
    (token, time, nonce, expected) => {
      expect(signatureOf([token, time, nonce])).toBe(expected);
      expect(isSigned(expected, [token], [time, nonce])).toBe(true);
    },
  );

  it.each([
    [['789', '456', '123'], 'f7c3bc1d808e04732adf679965ccc34ca7ae3441'],
    [['a', 'b', 'c'], 'a9993e364706816aba3e25717850c26c9cd0d89d'],
    [
      ['RMNlACHlV5ThzfRlVS4D4', 'timestamp', 'nonce', 'encrypt'],
      '8edac0945683c119ee71c9f6256d76c48aa08a96',
    ],
  ])('a signature covers its sorted parts %j', (parts, expected) => {
    expect(signatureOf(parts)).toBe(expected);
  });

  it.each(CIPHER_VECTORS.filter((vector) => vector.msg_signature !== undefined))(
    'a signature covers the Encrypt text of $id',
    ({ token, timestamp = '', nonce = '', encrypt, msg_signature: signature }) => {
      expect(isSigned(signature, [token], [timestamp, nonce, encrypt])).toBe(true);
    },
  );

  it('a signature is wrong with any one digit changed, in upper case, or cut short', () => {
    const [token, time, nonce, good] = SIGNATURE_VECTORS[0];
    for (let at = 0; at < good.length; at++) {
      const digit = good[at] === '0' ? '1' : '0';
      expect(isSigned(good.slice(0, at) + digit + good.slice(at + 1), [token], [time, nonce])).toBe(
        false,
      );
    }
    for (const bad of [good.toUpperCase(), good.slice(1), `${good}0`, ` ${good.slice(1)}`]) {
      expect(isSigned(bad, [token], [time, nonce])).toBe(false);
    }
  });

  it('a signature is taken from the current token or the previous one', () => {
    const [token, time, nonce, good] = SIGNATURE_VECTORS[0];
    expect(isSigned(good, ['current', token], [time, nonce])).toBe(true);
    expect(isSigned(good, ['current', 'previous'], [time, nonce])).toBe(false);
    expect(isSigned(good, [], [time, nonce])).toBe(false);
  });

  it('a signature never validates for an empty token', () => {
    expect(isSigned(signatureOf(['', '1', '2']), [''], ['1', '2'])).toBe(false);
  });

  it('a signature may be anything at all without harm', () => {
    fc.assert(
      fc.property(fc.anything(), fc.string(), fc.string(), (signature, time, nonce) => {
        expect(isSigned(signature, ['token'], [time, nonce])).toBe(false);
      }),
    );
    // As many characters as a signature has, but more bytes; and one whose low byte is a hex digit's.
    expect(isSigned('é'.repeat(40), ['token'], ['1', '2'])).toBe(false);
    const good = signatureOf(['token', '1', '2']);
    expect(
      isSigned(
        String.fromCharCode(good.charCodeAt(0) + 0x100) + good.slice(1),
        ['token'],
        ['1', '2'],
      ),
    ).toBe(false);
  });
});
