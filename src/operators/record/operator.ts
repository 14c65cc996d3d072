import type { Grant } from '../../access/caller.js';

export const LOCALES = ['zh', 'en'] as const;
export type Locale = (typeof LOCALES)[number];

/** Letters of which every database agrees what their small ones are, and Han, which has none. */
export const LOGIN_PATTERN = /^[A-Za-z0-9\p{Script=Han}][A-Za-z0-9\p{Script=Han}._@+-]{0,63}$/u;

/** A person who may come in, as others see them. */
export interface OperatorRecord {
  readonly id: number;
  readonly login: string;
  readonly name: string;
  readonly locale: Locale;
  readonly grants: readonly Grant[];
  readonly disabledAt: Date | null;
  readonly mustChangePassword: boolean;
  readonly hasPassword: boolean;
  readonly hasTotp: boolean;
  readonly oidcIssuer: string | null;
  readonly lastSeenAt: Date | null;
  readonly createdAt: Date;
}

/** What is kept of an operator for the login alone. */
export interface OperatorSecrets {
  readonly id: number;
  readonly login: string;
  readonly name: string;
  readonly passwordHash: string | null;
  readonly mustChangePassword: boolean;
  readonly disabledAt: Date | null;
  readonly totpSecret: Buffer | null;
  readonly totpPending: Buffer | null;
  readonly totpUsedStep: number;
  /** Raised with each change of rights or password: what was judged before it is judged no more. */
  readonly rightsVersion: number;
}
