import type { Caller } from './caller.js';
import type { SessionEnd } from './session-end.js';

/** Nothing came by it for so long. */
export const IDLE_HOURS = 12;
/** Whatever comes by it. */
export const LONGEST_DAYS = 7;

/** Whose session it is. */
export type SessionHolder = { readonly operatorId: number } | { readonly apiKeyId: number };

/** Where a session was opened, for the list in which its owner looks for strangers. */
export interface SessionOrigin {
  readonly ip: string;
  readonly userAgent: string | undefined;
  /** As the log has it. */
  readonly requestId?: string;
}

/** What a token opens. */
export type LookedUp =
  | { readonly caller: Caller; readonly newToken?: string | undefined }
  | { readonly ended: SessionEnd };

/** A session as its list shows it. */
export interface SessionRecord {
  readonly id: string;
  readonly createdAt: Date;
  readonly lastSeenAt: Date;
  /** When it ends if nothing comes by it. */
  readonly idleUntil: Date;
  readonly endsAt: Date;
  readonly ip: string | null;
  readonly userAgent: string | null;
}

/** With whose it is. */
export interface HeldSession extends SessionRecord {
  readonly operatorId: number | null;
  readonly apiKeyId: number | null;
}
