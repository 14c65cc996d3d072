import { randomBytes } from 'node:crypto';
import { signatureOf } from '../../../src/wechat-auth/signature.js';
import type { RandomSource } from '../../chaos/plan/random-source.js';
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
  random: RandomSource,
  account: FuzzAccount,
  text: string | Buffer,
  stamp: { timestamp?: string; nonce?: string } = {},
): WirePush & { readonly parts: Record<string, string> } {
  const { appid, token, encodingAesKey, mode } = account;
  const nonce = stamp.nonce ?? String(random.times(1, 999_999_999));
  if (mode === 'plain') {
    const parts = signedQuery(token, { ...stamp, nonce });
    return { appid, query: queryOf(parts), body: text, parts };
  }
  const block = random.pick([16, 32] as const);
  const encrypted = encryptPush(text, { encodingAesKey, appid, block });
  const parts = signedQuery(token, { encrypted, ...stamp, nonce });
  const body = random.chance(0.2)
    ? JSON.stringify({ ToUserName: 'gh_1', Encrypt: encrypted })
    : safeBody(encrypted);
  return { appid, query: queryOf(parts), body, parts };
}

const queryOf = (parts: Record<string, string>): string => new URLSearchParams(parts).toString();

type Forgery = (
  random: RandomSource,
  account: FuzzAccount,
  text: string,
  others: Others,
) => WirePush;
interface Others {
  /** Another account, with keys of its own. */
  readonly other: FuzzAccount;
}

/** The parameter that speaks for the body. */
const seal = ({ mode }: FuzzAccount): string => (mode === 'plain' ? 'signature' : 'msg_signature');

const withParts =
  (
    change: (parts: Record<string, string>, random: RandomSource, account: FuzzAccount) => object,
  ): Forgery =>
  (random, account, text) => {
    const { parts, ...push } = signed(random, account, text);
    return { ...push, query: queryOf({ ...parts, ...change(parts, random, account) }) };
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
  'another token': (random, account, text) =>
    signed(random, { ...account, token: random.pick(['', 'guess', `${account.token} `]) }, text),
  'the token of another account': (random, account, text, { other }) =>
    signed(random, { ...account, token: other.token }, text),
  'one digit of the signature': withParts((parts, random, account) => {
    const right = parts[seal(account)] ?? '';
    const at = random.times(0, 39);
    const digit = random.pick(HEX.filter((each) => each !== right[at]));
    const wrong = `${right.slice(0, at)}${digit}${right.slice(at + 1)}`;
    return { signature: wrong, msg_signature: wrong };
  }),
  'a signature written otherwise': withParts((parts, random, account) => {
    const right = parts[seal(account)] ?? '';
    const odd = random.pick([
      `${right} `,
      `\0${right}`,
      `${right}00`,
      right.slice(1),
      '',
      '__proto__',
    ]);
    return { signature: odd, msg_signature: odd };
  }),
  'no signature': (random, account, text) => ({ ...signed(random, account, text), query: '' }),
  'every parameter twice': (random, account, text) => {
    const push = signed(random, account, text);
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
  'a stamp of another time': (random, account, text) => {
    const away = random.times(HOUR, 1_000 * HOUR) * random.pick([1, -1]);
    const seconds = String(Math.floor(Date.now() / 1000) + away);
    const timestamp = random.pick([seconds, seconds, '', '0', '-1', 'now', '1e99', '\0', '９']);
    return signed(random, account, text, { timestamp });
  },
  'an account that does not exist': (random, account, text) => ({
    ...signed(random, account, text),
    appid: random.pick(['wx00000000000000ff', '__proto__', '%00', account.appid.toUpperCase()]),
  }),
  'the address of another account': (random, account, text, { other }) => ({
    ...signed(random, account, text),
    appid: other.appid,
  }),
  'a document type': (random, account) =>
    signed(random, account, '<!DOCTYPE x [<!ENTITY a "evil">]><xml><MsgType>event</MsgType></xml>'),
  'no text of WeChat’s': (random, account) =>
    signed(random, account, random.pick(['', ' ', 'hello', '[]', '\0', '"', 'null', '\ufeff'])),
  'the other mode': (random, account, text) => {
    const mode = account.mode === 'plain' ? 'safe' : 'plain';
    return signed(random, { ...account, mode }, text);
  },
  'noise for a body, under the signature of another': (random, account) => {
    const push = signed(random, account, '{}');
    return { ...push, body: randomBytes(random.times(0, 2_000)) };
  },
};

const sealedBy =
  (
    encrypt: (random: RandomSource, account: FuzzAccount, text: string, others: Others) => string,
  ): Forgery =>
  (random, account, text, others) =>
    encryptedAs(account, encrypt(random, account, text, others));

/** Of accounts whose pushes are encrypted. */
export const SEALED_FORGERIES: Readonly<Record<string, Forgery>> = {
  'the key of another account': sealedBy((_luck, { appid }, text, { other }) =>
    encryptPush(text, { encodingAesKey: other.encodingAesKey, appid }),
  ),
  'encrypted for another account': sealedBy((_luck, { encodingAesKey }, text, { other }) =>
    encryptPush(text, { encodingAesKey, appid: other.appid }),
  ),
  'a byte of the cipher text, after it was signed': (random, account, text) => {
    const { query, appid } = signed(random, account, text);
    return { appid, query, body: safeBody(encryptPush(text, account)) };
  },
  'blocks that WeChat never sends': sealedBy((random, { encodingAesKey, appid }) => {
    const blocks = Buffer.concat([Buffer.alloc(16), Buffer.from([0xff, 0xff, 0xff, 0xff])]);
    const whole = Buffer.concat([blocks, Buffer.from(appid), Buffer.alloc(64)]);
    const odd = whole.subarray(0, 16 * random.times(1, 4));
    return random.pick([
      encryptRaw(odd, encodingAesKey),
      encryptRaw(Buffer.alloc(32, 33), encodingAesKey),
      randomBytes(random.times(1, 100)).toString('base64'),
      'AAAA',
      '%%%',
    ]);
  }),
  'in the clear, rightly signed for plain mode': (random, account, text) => {
    const { appid, token } = account;
    const timestamp = String(Math.floor(Date.now() / 1000));
    const nonce = String(random.times(1, 999_999_999));
    const signature = signatureOf([token, timestamp, nonce]);
    return { appid, query: queryOf({ signature, timestamp, nonce }), body: text };
  },
};
