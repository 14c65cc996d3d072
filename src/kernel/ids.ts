import { createHash, randomBytes } from 'node:crypto';

/** `wx` and 16 hex digits: one WeChat account. */
export type Appid = string;
/** A follower of one account; the same person has another openid at another account. */
export type Openid = string;
/** WeChat's message id. 64 bits, far above 2^53: text everywhere, never a number. */
export type Msgid = string;
/** UUIDv7: ordered by time, so deliveries can be partitioned by month on it. */
export type BroadcastId = string;

/** A UUIDv7 of the given instant; Node's own knows the machine's clock only, not the tests'. */
export function newBroadcastId(at: Date): BroadcastId {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(at.getTime(), 0, 6);
  bytes.writeUInt8(0x70 | (bytes.readUInt8(6) & 0x0f), 6);
  bytes.writeUInt8(0x80 | (bytes.readUInt8(8) & 0x3f), 8);
  return dashed(bytes.toString('hex'));
}

/** Below every UUIDv7 of that instant or later: the bound of a partition. */
export const uuidV7Floor = (at: Date): string =>
  dashed(at.getTime().toString(16).padStart(12, '0').padEnd(32, '0'));

const dashed = (hex: string): string =>
  `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;

const GREATEST_MSGID = 2n ** 63n - 1n;

/** As nearly all of them are: short enough to fit, and written as we write them. */
const PLAIN_MSGID = /^(?:0|[1-9]\d{0,17})$/;

/** A msgid as we write it; undefined for what is no number that Postgres' bigint holds. */
export function readMsgid(text: string): Msgid | undefined {
  if (PLAIN_MSGID.test(text)) return text;
  return /^\d{1,19}$/.test(text) && BigInt(text) <= GREATEST_MSGID
    ? String(BigInt(text))
    : undefined;
}

/**
 * What openids must look like to enter: they become part of BullMQ job ids, where `:` is not
 * allowed and a bad id makes a whole bulk add fail.
 */
export const OPENID_PATTERN = /^[A-Za-z0-9_-]{1,64}$/;

/** An openid as logs may show it: enough to tell two apart beside a broadcast id, not enough to use. */
export const maskOpenid = (openid: string): string =>
  openid.length <= 8 ? '***' : `${openid.slice(0, 4)}***${openid.slice(-4)}`;

/**
 * Compares as PostgreSQL does under `collate "C"`, for texts of ASCII such as openids and uuids in their usual spelling.
 *
 * @returns below 0, 0 or above 0, for `sort`
 */
export const inByteOrder = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * The id under which WeChat drops a second copy for ten minutes: 32 hex characters of sha-256
 * over broadcast, openid and attempt group. The same for every retry of one attempt group.
 */
export const clientMsgId = (
  broadcastId: BroadcastId,
  openid: Openid,
  attemptGroup: number,
): string =>
  createHash('sha256')
    .update(`${broadcastId}:${openid}:${attemptGroup}`)
    .digest('hex')
    .slice(0, 32);
