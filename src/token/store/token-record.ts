import type { TokenMode } from '../../accounts/account.js';
import type { TokenFault } from './token.errors.js';

/** What is known about the token of one account in one mode, shared by all processes. */
export interface TokenRecord {
  readonly token: SealedToken | null;
  /** When tokens that WeChat had rejected were replaced; the last minute's are kept. */
  readonly renewals: readonly Date[];
  /** When a force refresh was asked for; the last day's are kept. */
  readonly forced: readonly Date[];
  /** When WeChat handed out once more the very token that it had rejected. */
  readonly confirmedAt: Date | null;
  readonly setback: Setback | null;
}

export interface SealedToken {
  readonly sealed: Buffer;
  readonly expiresAt: Date;
  readonly fetchedAt: Date;
}

/** The last attempt failed: nobody asks again before `until`. */
export interface Setback {
  readonly until: Date;
  readonly reason: string;
  /** Set when the failure will not pass by itself. */
  readonly fault: TokenFault | null;
}

export const NO_RECORD: TokenRecord = {
  token: null,
  renewals: [],
  forced: [],
  confirmedAt: null,
  setback: null,
};

const SECOND = 1_000;
const DAY = 24 * 60 * 60 * SECOND;

/**
 * A token is replaced once less than this is left of it. A stable token's successor can be had in its last five
 * minutes; a plain one's overlaps with it for five, and an external source looks after its own.
 */
const MARGIN_MS: Readonly<Record<TokenMode, number>> = {
  stable: 300 * SECOND,
  plain: 600 * SECOND,
  external: 60 * SECOND,
};

/** Until so long before its end a token is used, where no successor can be had. */
const LAST_MOMENT_MS = 10 * SECOND;
/** A token that is young and near its end was all there was to get: it is not asked for again at every message. */
const YOUNG_MS = 30 * SECOND;

export const isAlive = ({ expiresAt }: SealedToken, now: Date): boolean =>
  expiresAt.getTime() - now.getTime() > LAST_MOMENT_MS;

export function isFresh(token: SealedToken, mode: TokenMode, now: Date): boolean {
  if (!isAlive(token, now)) return false;
  const left = token.expiresAt.getTime() - now.getTime();
  return left > MARGIN_MS[mode] || now.getTime() - token.fetchedAt.getTime() < YOUNG_MS;
}

/** Two systems that take each other's tokens away would otherwise use up the day's calls in minutes. */
const RENEWALS_A_MINUTE = 3;

export const isStorm = ({ renewals }: TokenRecord, now: Date): boolean =>
  within(renewals, 60 * SECOND, now).length >= RENEWALS_A_MINUTE;

export const withRenewal = (record: TokenRecord, now: Date): TokenRecord => ({
  ...record,
  renewals: [...within(record.renewals, 60 * SECOND, now), now],
});

/** Whether WeChat has confirmed the token lately: then it is not asked again, though the token is rejected. */
export const isConfirmed = ({ confirmedAt }: TokenRecord, now: Date): boolean =>
  confirmedAt !== null && now.getTime() - confirmedAt.getTime() < 60 * SECOND;

/** Whether a rejection may still be one from before the token was confirmed. */
export const isJustConfirmed = ({ confirmedAt }: TokenRecord, now: Date): boolean =>
  confirmedAt !== null && now.getTime() - confirmedAt.getTime() < 2 * SECOND;

/** WeChat's own limits: a force refresh that comes too soon is answered with the old token. */
const FORCED_A_DAY = 20;
const FORCED_APART_MS = 30 * SECOND;

/** When a force refresh may be asked for: now, or not before. */
export function mayForceAt({ forced }: TokenRecord, now: Date): Date {
  const today = within(forced, DAY, now);
  const waits = [now.getTime()];
  const last = today.at(-1);
  const firstOfMany = today.at(-FORCED_A_DAY);
  if (last !== undefined) waits.push(last.getTime() + FORCED_APART_MS);
  if (firstOfMany !== undefined) waits.push(firstOfMany.getTime() + DAY);
  return new Date(Math.max(...waits));
}

export const withForce = (record: TokenRecord, now: Date): TokenRecord => ({
  ...record,
  forced: [...within(record.forced, DAY, now), now],
});

const within = (instants: readonly Date[], spanMs: number, now: Date): Date[] =>
  instants.filter((instant) => now.getTime() - instant.getTime() < spanMs);

/** A record as the stores keep it. */
export interface TokenRecordJson {
  readonly token: { sealed: string; expiresAt: string; fetchedAt: string } | null;
  readonly renewals: string[];
  readonly forced: string[];
  readonly confirmedAt: string | null;
  readonly setback: (Omit<Setback, 'until'> & { until: string }) | null;
}

export const toJson = ({
  token,
  renewals,
  forced,
  confirmedAt,
  setback,
}: TokenRecord): TokenRecordJson => ({
  token: token && {
    sealed: token.sealed.toString('base64'),
    expiresAt: token.expiresAt.toISOString(),
    fetchedAt: token.fetchedAt.toISOString(),
  },
  renewals: renewals.map((instant) => instant.toISOString()),
  forced: forced.map((instant) => instant.toISOString()),
  confirmedAt: confirmedAt && confirmedAt.toISOString(),
  setback: setback && { ...setback, until: setback.until.toISOString() },
});

export const fromJson = ({
  token,
  renewals,
  forced,
  confirmedAt,
  setback,
}: TokenRecordJson): TokenRecord => ({
  token: token && {
    sealed: Buffer.from(token.sealed, 'base64'),
    expiresAt: new Date(token.expiresAt),
    fetchedAt: new Date(token.fetchedAt),
  },
  renewals: renewals.map((instant) => new Date(instant)),
  forced: forced.map((instant) => new Date(instant)),
  confirmedAt: confirmedAt === null ? null : new Date(confirmedAt),
  setback: setback && {
    ...setback,
    until: new Date(setback.until),
    fault: setback.fault && inWords(setback.fault),
  },
});

/** An earlier version has kept both languages in the message alone. */
const inWords = (fault: TokenFault): TokenFault =>
  Object.assign({ params: {}, zh: fault.message, en: fault.message }, fault);
