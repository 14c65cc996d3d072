import fc from 'fast-check';
import { encryptPush, encryptRaw } from '../../test/support/wechat/wechat-push.js';
import { CIPHER_VECTORS } from '../../test/support/wechat/wechat-vectors.js';
import { CallbackRefusal, type RefusalReason } from './callback-refusal.js';
import { decryptPush } from './push-cipher.js';
import { signatureOf } from './signature.js';

const aesKey = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG';
const appid = 'wxb11529c136998cb6';

const refusalOf = (open: () => unknown): RefusalReason | 'none' => {
  try {
    open();
    return 'none';
  } catch (error) {
    if (error instanceof CallbackRefusal) return error.reason;
    throw error;
  }
};

/** 16 random bytes, a length, a message and an appid, padded as told. */
const blocks = (length: number, message: string, padding: readonly number[]): Buffer => {
  const head = Buffer.alloc(20, 7);
  head.writeUInt32BE(length, 16);
  return Buffer.concat([head, Buffer.from(message + appid), Buffer.from(padding)]);
};

describe('the push cipher', () => {
  it.each(CIPHER_VECTORS)(
    'the push cipher opens $id',
    ({ encrypt, encodingAESKey, appid: owner, plain }) => {
      expect(decryptPush(encrypt, encodingAESKey, owner).toString()).toBe(plain);
    },
  );

  it.each(CIPHER_VECTORS.filter(({ random16 }) => random16 !== undefined))(
    'the push cipher knows $id byte for byte',
    ({ encrypt, encodingAESKey, appid: owner, plain, random16 = '' }) => {
      expect(encryptPush(plain, { encodingAesKey: encodingAESKey, appid: owner, random16 })).toBe(
        encrypt,
      );
    },
  );

  it('the push cipher knows the reply of wechatpy, its signature included', () => {
    const plain = [
      '<xml>',
      '<MsgType><![CDATA[text]]></MsgType>',
      '<Content><![CDATA[test]]></Content>',
      '<FromUserName><![CDATA[wx49f0ab532d5d035a]]></FromUserName>',
      '<ToUserName><![CDATA[messense]]></ToUserName>',
      '<AgentID>1</AgentID>',
      '<CreateTime>1411525903</CreateTime>',
      '</xml>',
    ].join('\n');
    const encodingAesKey = 'kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR';
    const owner = 'wx49f0ab532d5d035a';
    const encrypted = encryptPush(plain, {
      encodingAesKey,
      appid: owner,
      random16: '1234567890123456',
    });

    expect(encrypted).toMatch(/^9s4gMv99m88kKTh\/H8IdkOiM/);
    expect(signatureOf(['123456', '1411525903', '461056294', encrypted])).toBe(
      '407518b7649e86ef23978113f92d27afa9296533',
    );
    expect(decryptPush(encrypted, encodingAesKey, owner).toString()).toBe(plain);
  });

  it.each(Array.from({ length: 33 }, (_, length) => length))(
    'the push cipher opens a message of %i bytes, padded to 32 or to 16',
    (length) => {
      const message = 'm'.repeat(length);
      for (const block of [16, 32] as const) {
        const encrypted = encryptPush(message, { encodingAesKey: aesKey, appid, block });
        expect(decryptPush(encrypted, aesKey, appid).toString()).toBe(message);
      }
    },
  );

  it('the push cipher refuses a push that was encrypted for another appid', () => {
    const { encrypt, encodingAESKey } = CIPHER_VECTORS.find(({ id }) => id.startsWith('D1'))!;
    expect(refusalOf(() => decryptPush(encrypt, encodingAESKey, 'invalid appid'))).toBe(
      'other-account',
    );
    expect(refusalOf(() => decryptPush(encrypt, encodingAESKey, ''))).toBe('other-account');
  });

  // head 20 + message 8 + appid 18 = 46
  it.each([
    ['a padding byte of 0', blocks(8, 'message!', [1, 0])],
    ['a padding byte of 33', blocks(8, 'message!', Array(34).fill(33) as number[])],
    ['padding bytes that differ', blocks(8, 'message!', [3, 2])],
    ['a length beyond the end', blocks(27, 'message!', [2, 2])],
    ['a length of four gigabytes', blocks(0xffffffff, 'message!', [2, 2])],
    ['no room for a length', Buffer.alloc(32, 16)],
    ['nothing but padding', Buffer.alloc(32, 32)],
    ['more padding than there are bytes', Buffer.alloc(16, 17)],
  ])('the push cipher refuses %s', (_what, plain) => {
    expect(refusalOf(() => decryptPush(encryptRaw(plain, aesKey), aesKey, appid))).toBe(
      'undecipherable',
    );
  });

  it.each([
    ['an empty text', '', aesKey],
    ['a text that is no base64', '!!!!', aesKey],
    ['part of a block', Buffer.alloc(15).toString('base64'), aesKey],
    ['an empty key', Buffer.alloc(32).toString('base64'), ''],
    ['a key that is too short', Buffer.alloc(32).toString('base64'), 'abc'],
  ])('the push cipher refuses %s', (_what, encrypted, key) => {
    expect(refusalOf(() => decryptPush(encrypted, key, appid))).toBe('undecipherable');
  });

  it('the push cipher never yields the message once a byte of the last two blocks was flipped, and throws only refusals', () => {
    const message = 'a message of some length, so that it fills blocks of its own';
    const bytes = Buffer.from(encryptPush(message, { encodingAesKey: aesKey, appid }), 'base64');
    fc.assert(
      fc.property(
        fc.integer({ min: bytes.length - 32, max: bytes.length - 1 }),
        fc.integer({ min: 1, max: 255 }),
        (at, bits) => {
          const flipped = Buffer.from(bytes);
          flipped[at] = flipped[at]! ^ bits;
          expect(refusalOf(() => decryptPush(flipped.toString('base64'), aesKey, appid))).not.toBe(
            'none',
          );
        },
      ),
    );
  });

  it('the push cipher throws nothing but refusals, whatever it is given', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.base64String()),
        fc.string(),
        fc.string(),
        (text, key, owner) => {
          expect(refusalOf(() => decryptPush(text, key, owner))).not.toBe('none');
        },
      ),
    );
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 96 }), (plain) => {
        const whole = Buffer.from(plain.subarray(0, plain.length - (plain.length % 16)));
        expect(['undecipherable', 'other-account']).toContain(
          refusalOf(() => decryptPush(encryptRaw(whole, aesKey), aesKey, appid)),
        );
      }),
    );
  });
});
