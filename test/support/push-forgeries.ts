import { randomBytes } from 'node:crypto';
import { signatureOf } from '../../src/wechat-auth/signature.js';
import type { Luck } from '../chaos/luck.js';
import type { FuzzAccount } from './push-fuzz.js';
import { encryptPush, encryptRaw, safeBody, signedQuery } from './wechat-push.js';

/** A push as it goes over the wire. */
export interface WirePush {
  readonly appid: string;
  readonly query: string;
  readonly body: string | Buffer;
}

/** A push that is signed, and encrypted where the account's mode wants it. */
export function signed(
  luck: Luck,
  account: FuzzAccount,
  text: string | Buffer,
  stamp: { timestamp?: string; nonce?: string } = {},
): WirePush & { readonly parts: Record<string, string> } {
  const { appid, token, encodingAesKey, mode } = account;
  const nonce = stamp.nonce ?? String(luck.times(1, 999_999_999));
  if (mode === 'plain') {
    const parts = signedQuery(token, { ...stamp, nonce });
    return { appid, query: queryOf(parts), body: text, parts };
  }
  const block = luck.pick([16, 32] as const);
  const encrypted = encryptPush(text, { encodingAesKey, appid, block });
  const parts = signedQuery(token, { encrypted, ...stamp, nonce });
  const body = luck.chance(0.2)
    ? JSON.stringify({ ToUserName: 'gh_1', Encrypt: encrypted })
    : safeBody(encrypted);
  return { appid, query: queryOf(parts), body, parts };
}

const queryOf = (parts: Record<string, string>): string => new URLSearchParams(parts).toString();

type Forgery = (luck: Luck, account: FuzzAccount, text: string, others: Others) => WirePush;
interface Others {
  /** Another account, with keys of its own. */
  readonly other: FuzzAccount;
}

/** The parameter that speaks for the body. */
const seal = ({ mode }: FuzzAccount): string => (mode === 'plain' ? 'signature' : 'msg_signature');

const withParts =
  (change: (parts: Record<string, string>, luck: Luck, account: FuzzAccount) => object): Forgery =>
  (luck, account, text) => {
    const { parts, ...push } = signed(luck, account, text);
    return { ...push, query: queryOf({ ...parts, ...change(parts, luck, account) }) };
  };

const encryptedAs = (account: FuzzAccount, encrypted: string): WirePush => ({
  appid: account.appid,
  query: queryOf(signedQuery(account.token, { encrypted })),
  body: safeBody(encrypted),
});

const HOUR = 3_600;
const HEX = Array.from('0123456789abcdef');

/** Each must be refused, in whatever mode the account is, and leave nothing. */
export const FORGERIES: Readonly<Record<string, Forgery>> = {
  'another token': (luck, account, text) =>
    signed(luck, { ...account, token: luck.pick(['', 'guess', `${account.token} `]) }, text),
  'the token of another account': (luck, account, text, { other }) =>
    signed(luck, { ...account, token: other.token }, text),
  'one digit of the signature': withParts((parts, luck, account) => {
    const right = parts[seal(account)] ?? '';
    const at = luck.times(0, 39);
    const digit = luck.pick(HEX.filter((each) => each !== right[at]));
    const wrong = `${right.slice(0, at)}${digit}${right.slice(at + 1)}`;
    return { signature: wrong, msg_signature: wrong };
  }),
  'a signature written otherwise': withParts((parts, luck, account) => {
    const right = parts[seal(account)] ?? '';
    const odd = luck.pick([
      `${right} `,
      `\0${right}`,
      `${right}00`,
      right.slice(1),
      '',
      '__proto__',
    ]);
    return { signature: odd, msg_signature: odd };
  }),
  'no signature': (luck, account, text) => ({ ...signed(luck, account, text), query: '' }),
  'every parameter twice': (luck, account, text) => {
    const push = signed(luck, account, text);
    return { ...push, query: `${push.query}&${push.query}` };
  },
  'a later stamp under the same signature': withParts(({ timestamp }) => ({
    timestamp: String(Number(timestamp) + 1),
  })),
  'another nonce under the same signature': withParts(({ nonce }) => ({ nonce: `${nonce}0` })),
  // The parts are sorted and joined before they are hashed, so these keep the signature right.
  'the stamp and the nonce in each other’s place': withParts(({ timestamp, nonce }) => ({
    timestamp: nonce,
    nonce: timestamp,
  })),
  'a stamp of another time': (luck, account, text) => {
    const away = luck.times(HOUR, 1_000 * HOUR) * luck.pick([1, -1]);
    const seconds = String(Math.floor(Date.now() / 1000) + away);
    const timestamp = luck.pick([seconds, seconds, '', '0', '-1', 'now', '1e99', '\0', '９']);
    return signed(luck, account, text, { timestamp });
  },
  'an account that does not exist': (luck, account, text) => ({
    ...signed(luck, account, text),
    appid: luck.pick(['wx00000000000000ff', '__proto__', '%00', account.appid.toUpperCase()]),
  }),
  'the address of another account': (luck, account, text, { other }) => ({
    ...signed(luck, account, text),
    appid: other.appid,
  }),
  'a document type': (luck, account) =>
    signed(luck, account, '<!DOCTYPE x [<!ENTITY a "evil">]><xml><MsgType>event</MsgType></xml>'),
  'no text of WeChat’s': (luck, account) =>
    signed(luck, account, luck.pick(['', ' ', 'hello', '[]', '\0', '"', 'null', '\ufeff'])),
  'the other mode': (luck, account, text) => {
    const mode = account.mode === 'plain' ? 'safe' : 'plain';
    return signed(luck, { ...account, mode }, text);
  },
  'noise for a body, under the signature of another': (luck, account) => {
    const push = signed(luck, account, '{}');
    return { ...push, body: randomBytes(luck.times(0, 2_000)) };
  },
};

const sealedBy =
  (encrypt: (luck: Luck, account: FuzzAccount, text: string, others: Others) => string): Forgery =>
  (luck, account, text, others) =>
    encryptedAs(account, encrypt(luck, account, text, others));

/** Of accounts whose pushes are encrypted. */
export const SEALED_FORGERIES: Readonly<Record<string, Forgery>> = {
  'the key of another account': sealedBy((_luck, { appid }, text, { other }) =>
    encryptPush(text, { encodingAesKey: other.encodingAesKey, appid }),
  ),
  'encrypted for another account': sealedBy((_luck, { encodingAesKey }, text, { other }) =>
    encryptPush(text, { encodingAesKey, appid: other.appid }),
  ),
  'a byte of the cipher text, after it was signed': (luck, account, text) => {
    const { query, appid } = signed(luck, account, text);
    return { appid, query, body: safeBody(encryptPush(text, account)) };
  },
  'blocks that WeChat never sends': sealedBy((luck, { encodingAesKey, appid }) => {
    const blocks = Buffer.concat([Buffer.alloc(16), Buffer.from([0xff, 0xff, 0xff, 0xff])]);
    const whole = Buffer.concat([blocks, Buffer.from(appid), Buffer.alloc(64)]);
    const odd = whole.subarray(0, 16 * luck.times(1, 4));
    return luck.pick([
      encryptRaw(odd, encodingAesKey),
      encryptRaw(Buffer.alloc(32, 33), encodingAesKey),
      randomBytes(luck.times(1, 100)).toString('base64'),
      'AAAA',
      '%%%',
    ]);
  }),
  'in the clear, rightly signed for plain mode': (luck, account, text) => {
    const { appid, token } = account;
    const timestamp = String(Math.floor(Date.now() / 1000));
    const nonce = String(luck.times(1, 999_999_999));
    const signature = signatureOf([token, timestamp, nonce]);
    return { appid, query: queryOf({ signature, timestamp, nonce }), body: text };
  },
};
