import { isUtf8 } from 'node:buffer';

/**
 * Bytes inside a job. Text where that is exact; else base64, because JSON knows only Unicode and the jsonb of
 * BullMQ's PostgreSQL backend refuses a whole job for one NUL.
 */
export type CarriedBytes = string | { readonly base64: string };

export const carry = (bytes: Buffer): CarriedBytes =>
  isUtf8(bytes) && !bytes.includes(0)
    ? bytes.toString('utf8')
    : { base64: bytes.toString('base64') };

export const uncarry = (carried: CarriedBytes): Buffer =>
  typeof carried === 'string' ? Buffer.from(carried) : Buffer.from(carried.base64, 'base64');

/** What it takes to send a push on as it came. */
export interface OriginalRequest {
  /** Left out where the body is the content itself, as it is in plain mode. */
  readonly body?: CarriedBytes;
  readonly contentType: string | undefined;
  /** Without the question mark. */
  readonly query: string;
}

export interface PushContents {
  readonly content: CarriedBytes;
  /** Only where the account has a forwardUrl and the push may be meant for it. */
  readonly original?: OriginalRequest;
}

/** One push, checked and decrypted: a receipt with its `content`, all else `sealed`. See `PushSealing`. */
export interface InboxPush {
  readonly appid: string;
  readonly accountId: number;
  /** Unix time in milliseconds. */
  readonly receivedAt: number;
  readonly content?: CarriedBytes;
  readonly sealed?: string;
}

/** The inbox's jobs are the one kind that carries data: there is no row yet that it could point to. */
export interface InboxJob {
  readonly pushes: readonly InboxPush[];
}
