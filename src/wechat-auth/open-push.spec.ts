import fc from 'fast-check';
import type { CallbackKeys } from '../accounts/account-secrets.js';
import { encryptPush, safeBody, signedQuery } from '../../test/support/wechat/wechat-push.js';
import {
  CIPHER_VECTORS,
  EVENT_SAMPLES,
  SIGNATURE_VECTORS,
} from '../../test/support/wechat/wechat-vectors.js';
import { CallbackRefusal, type RefusalReason } from './callback-refusal.js';
import { type CallbackQuery, openPush } from './open-push.js';

const appid = 'wxb11529c136998cb6';
const aesKey = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG';
const otherKey = 'kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR';
const receipt = EVENT_SAMPLES.receiptDelivered;

const keysWith = (keys: Partial<CallbackKeys>): CallbackKeys => ({
  accountId: 1,
  appid,
  mode: 'plain',
  tokens: ['token'],
  aesKeys: [],
  forwardUrl: null,
  hasShownFresh: false,
  ...keys,
});
const plain = keysWith({});
const safe = keysWith({ mode: 'safe', aesKeys: [aesKey] });

const open = (keys: CallbackKeys, query: CallbackQuery, body: string | Buffer): string => {
  try {
    return openPush(keys, query, Buffer.from(body)).toString();
  } catch (error) {
    if (error instanceof CallbackRefusal) return error.reason satisfies RefusalReason;
    throw error;
  }
};

describe('opening a push', () => {
  it('opening a push takes a plain body that is signed with the current or the previous token', () => {
    expect(open(plain, signedQuery('token'), receipt)).toBe(receipt);
    const both = keysWith({ tokens: ['new', 'token'] });
    expect(open(both, signedQuery('token'), receipt)).toBe(receipt);
    expect(open(both, signedQuery('new'), receipt)).toBe(receipt);
    expect(open(both, signedQuery('older'), receipt)).toBe('unsigned');
  });

  it.each(
    CIPHER_VECTORS.filter(
      (vector) => vector.msg_signature !== undefined && /^[<{]/.test(vector.plain),
    ),
  )(
    'opening a push opens $id as XML and as JSON',
    ({
      token,
      encodingAESKey,
      appid: owner,
      timestamp,
      nonce,
      msg_signature,
      encrypt,
      plain: content,
    }) => {
      const keys = keysWith({
        appid: owner,
        mode: 'safe',
        tokens: [token],
        aesKeys: [encodingAESKey],
      });
      const query = { timestamp, nonce, msg_signature };
      expect(open(keys, query, safeBody(encrypt))).toBe(content);
      expect(open(keys, query, JSON.stringify({ ToUserName: 'gh_1', Encrypt: encrypt }))).toBe(
        content,
      );
    },
  );

  it('opening a push refuses the official push when its `signature` stands in for `msg_signature`', () => {
    const { token, encodingAESKey, appid: owner, encrypt } = CIPHER_VECTORS[0]!;
    const [, timestamp, nonce, signature] = SIGNATURE_VECTORS[2];
    const keys = keysWith({
      appid: owner,
      mode: 'safe',
      tokens: [token],
      aesKeys: [encodingAESKey],
    });
    expect(open(keys, { timestamp, nonce, signature }, safeBody(encrypt))).toBe('unsigned');
    expect(open(keys, { timestamp, nonce, msg_signature: signature }, safeBody(encrypt))).toBe(
      'unsigned',
    );
  });

  it('opening a push believes only the encrypted part of a compatible body', () => {
    const encrypted = encryptPush(receipt, { encodingAesKey: aesKey, appid });
    const forged = receipt.replace('200163836', '1');
    const body = forged.replace('</xml>', `<Encrypt><![CDATA[${encrypted}]]></Encrypt></xml>`);
    expect(
      open(
        keysWith({ mode: 'compatible', aesKeys: [aesKey] }),
        signedQuery('token', { encrypted }),
        body,
      ),
    ).toBe(receipt);
  });

  it('opening a push is not misled by what a person wrote into a compatible body', () => {
    const text =
      '<xml><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[<Encrypt><![CDATA[x]]></Content></xml>';
    const encrypted = encryptPush(text, { encodingAesKey: aesKey, appid });
    const body = text.replace(
      '</Content>',
      `</Content><Encrypt><![CDATA[${encrypted}]]></Encrypt>`,
    );
    expect(open(safe, signedQuery('token', { encrypted }), body)).toBe(text);
  });

  it('opening a push is not misled by markup that a person wrote into a compatible body of JSON', () => {
    const text = JSON.stringify({
      MsgType: 'text',
      Content: '<Encrypt><![CDATA[x]]></Encrypt>',
    });
    const encrypted = encryptPush(text, { encodingAesKey: aesKey, appid });
    const body = JSON.stringify({ ...(JSON.parse(text) as object), Encrypt: encrypted });
    expect(open(safe, signedQuery('token', { encrypted }), body)).toBe(text);
  });

  it('opening a push is not misled by markup behind Encrypt in a compatible body of XML', () => {
    const text = '<xml><MsgType>text</MsgType><Content><![CDATA[<Encrypt>x]]></Content></xml>';
    const encrypted = encryptPush(text, { encodingAesKey: aesKey, appid });
    const body = `<xml><Encrypt><![CDATA[${encrypted}]]></Encrypt><Content><![CDATA[<Encrypt><![CDATA[x]]></Content><A>1</A></xml>`;
    expect(open(safe, signedQuery('token', { encrypted }), body)).toBe(text);
  });

  it('opening a push takes an Encrypt with white space around it, inside CDATA, outside and in JSON', () => {
    const encrypted = encryptPush(receipt, { encodingAesKey: aesKey, appid });
    const query = signedQuery('token', { encrypted });
    for (const body of [
      `<xml>\n  <Encrypt><![CDATA[\n    ${encrypted}\n  ]]></Encrypt>\n</xml>`,
      `<xml>\n  <Encrypt>\n    <![CDATA[${encrypted} ]]>\n  </Encrypt>\n</xml>`,
      `<xml><Event a="b"/><Encrypt><![CDATA[ ${encrypted} ]]></Encrypt></xml>`,
      JSON.stringify({ Encrypt: ` ${encrypted}\n` }),
    ]) {
      expect(open(safe, query, body)).toBe(receipt);
    }
  });

  it('opening a push finds Encrypt in bodies that WeChat does not write today', () => {
    const encrypted = encryptPush(receipt, { encodingAesKey: aesKey, appid });
    const query = signedQuery('token', { encrypted });
    for (const body of [
      `<?xml version="1.0"?><xml><Encrypt>${encrypted}</Encrypt></xml>`,
      `<xml><Encrypt>\n<![CDATA[${encrypted}]]>\n</Encrypt></xml>`,
      `\ufeff{ "Encrypt" : "${encrypted.replaceAll('/', '\\/')}" }`,
    ]) {
      expect(open(safe, query, body)).toBe(receipt);
    }
  });

  it('opening a push opens with the previous key while WeChat still uses it', () => {
    const encrypted = encryptPush(receipt, { encodingAesKey: aesKey, appid });
    const keys = keysWith({ mode: 'safe', aesKeys: [otherKey, aesKey] });
    expect(open(keys, signedQuery('token', { encrypted }), safeBody(encrypted))).toBe(receipt);
    expect(
      open(
        { ...keys, aesKeys: [otherKey] },
        signedQuery('token', { encrypted }),
        safeBody(encrypted),
      ),
    ).toBe('undecipherable');
  });

  it.each(['safe', 'compatible'] as const)(
    'opening a push refuses plain bodies in the mode %s, however well they are signed',
    (mode) => {
      const keys = keysWith({ mode, aesKeys: [aesKey] });
      expect(open(keys, signedQuery('token'), receipt)).toBe('not-encrypted');
      expect(open(keys, signedQuery('guess'), receipt)).toBe('unsigned');
    },
  );

  it('opening a push takes plain bodies in plain mode, though a key is on record', () => {
    const keys = keysWith({ aesKeys: [aesKey] });
    expect(open(keys, signedQuery('token'), receipt)).toBe(receipt);
    expect(open(keys, signedQuery('guess'), receipt)).toBe('unsigned');
  });

  it.each([
    ['without a key', plain],
    ['with the very key', keysWith({ aesKeys: [aesKey] })],
  ])(
    'opening a push does not lose safe-mode pushes in plain mode %s: they are refused',
    (_what, keys) => {
      const encrypted = encryptPush(receipt, { encodingAesKey: aesKey, appid });
      const query = signedQuery('token', { encrypted });
      const { encrypt_type: _, ...unmarked } = query;
      for (const sent of [query, unmarked]) {
        expect(open(keys, sent, safeBody(encrypted))).toBe('encrypted');
        expect(open(keys, sent, JSON.stringify({ ToUserName: 'gh_1', Encrypt: encrypted }))).toBe(
          'encrypted',
        );
        expect(
          open(keys, sent, receipt.replace('</xml>', `<Encrypt>${encrypted}</Encrypt></xml>`)),
        ).toContain('MsgID');
      }
    },
  );

  it('opening a push refuses a push of another account', () => {
    const encrypted = encryptPush(receipt, { encodingAesKey: aesKey, appid: 'wx0000000000000000' });
    expect(open(safe, signedQuery('token', { encrypted }), safeBody(encrypted))).toBe(
      'other-account',
    );
    expect(
      open(
        { ...safe, aesKeys: [aesKey, otherKey] },
        signedQuery('token', { encrypted }),
        safeBody(encrypted),
      ),
    ).toBe('other-account');
  });

  it('opening a push refuses a flipped Encrypt', () => {
    const encrypted = encryptPush(receipt, { encodingAesKey: aesKey, appid });
    const flipped = (encrypted.startsWith('A') ? 'B' : 'A') + encrypted.slice(1);
    expect(open(safe, signedQuery('token', { encrypted }), safeBody(flipped))).toBe('unsigned');
  });

  it('opening a push refuses document types in the clear and in the cipher, and leaves people their text', () => {
    const bomb = '<!DOCTYPE xml [<!ENTITY a "b">]><xml><MsgType>event</MsgType></xml>';
    const encrypted = encryptPush(bomb, { encodingAesKey: aesKey, appid });
    expect(open(plain, signedQuery('token'), bomb)).toBe('doctype');
    expect(open(safe, signedQuery('token', { encrypted }), safeBody(encrypted))).toBe('doctype');
    const text = '<xml><Content><![CDATA[<!DOCTYPE html>]]></Content></xml>';
    expect(open(plain, signedQuery('token'), text)).toBe(text);
    const json = '{"Content":"<!DOCTYPE html>"}';
    expect(open(plain, signedQuery('token'), json)).toBe(json);
  });

  it.each([
    ['no query', {}],
    ['a signature twice', { ...signedQuery('token'), signature: ['a', 'b'] }],
    ['a timestamp twice', { ...signedQuery('token'), timestamp: ['1', '1'] }],
    ['no nonce', { ...signedQuery('token'), nonce: undefined }],
  ])('opening a push refuses %s', (_what, query) => {
    expect(open(plain, query, receipt)).toBe('unsigned');
    expect(open(safe, query, safeBody('AAAA'))).toBe('unsigned');
  });

  it('opening a push refuses what is neither XML nor JSON', () => {
    expect(open(plain, signedQuery('token'), '')).toBe('malformed');
    expect(open(plain, signedQuery('token'), 'success')).toBe('malformed');
    expect(open(safe, signedQuery('token'), Buffer.from([0xff, 0, 1]))).toBe('not-encrypted');
  });

  it('opening a push parses no large body that nobody has signed', () => {
    const encrypted = encryptPush(receipt, { encodingAesKey: aesKey, appid });
    const large = `<xml><Encrypt>${encrypted}</Encrypt>${'<A/>'.repeat(20_000)}</xml>`;
    expect(open(safe, signedQuery('token', { encrypted }), large)).toBe('not-encrypted');
    expect(open(safe, signedQuery('guess', { encrypted }), large)).toBe('unsigned');
  });

  it('opening a push throws nothing but refusals, and opens nothing, whatever comes unsigned', () => {
    const anyQuery = fc.dictionary(
      fc.constantFrom('signature', 'msg_signature', 'timestamp', 'nonce', 'encrypt_type'),
      fc.anything(),
    );
    const anyBody = fc.oneof(
      fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
      fc.base64String().map((text) => Buffer.from(safeBody(text))),
      fc.json().map((text) => Buffer.from(text)),
    );
    fc.assert(
      fc.property(anyQuery, anyBody, (query, body) => {
        expect(open(plain, query, body)).toBe('unsigned');
        expect(open(safe, query, body)).toBe('unsigned');
      }),
      { numRuns: 500 },
    );
  });
});
