import { DEFAULT_ZONE, zoneNamed } from '../kernel/time-zone.js';

/** Hours of the day, HH:MM, by the clock of an IANA zone. */
export interface PolicyHours {
  readonly from: string;
  readonly to: string;
  readonly zone: string;
}

/** How many receive a broadcast first: a number, or a share of all. */
export type PolicyCanary = { readonly first: number } | { readonly percent: number };

/** At most `n` messages to one person in `days` days. */
export interface PolicyContactCap {
  readonly n: number;
  readonly days: number;
}

/** What an account asks of whoever sends for it, persons and keys alike. A member that is left out asks nothing. */
export interface AccountPolicy {
  /** A start for more recipients needs a confirmation; null asks for none. */
  readonly confirmAbove?: number | null;
  /** For so long after its start a broadcast can be taken back, from 0 to 300. */
  readonly undoSeconds?: number;
  /** The send hours of a new broadcast that names none. */
  readonly sendHours?: PolicyHours | null;
  /** The canary of a new broadcast that names none. */
  readonly canary?: PolicyCanary | null;
  /** A start for more recipients needs a preflight without blockers; null asks for none. */
  readonly preflightAbove?: number | null;
  /** Whom broadcasts spare. */
  readonly contactCap?: PolicyContactCap | null;
}

/** The policy with its defaults. */
export type PolicyInForce = Required<AccountPolicy>;

const DEFAULTS: PolicyInForce = {
  confirmAbove: null,
  undoSeconds: 0,
  sendHours: null,
  canary: null,
  preflightAbove: null,
  contactCap: null,
};

export const policyInForce = ({ policy }: { readonly policy: AccountPolicy }): PolicyInForce => ({
  ...DEFAULTS,
  ...policy,
});

/** What is left out stays; null is the default. */
export type PolicyChange = {
  readonly [Member in keyof PolicyInForce]?: PolicyInForce[Member] | null;
};

export const changedPolicy = (before: AccountPolicy, change: PolicyChange): AccountPolicy =>
  Object.fromEntries(
    Object.entries({ ...before, ...change }).filter(
      ([, value]) => value !== undefined && value !== null,
    ),
  );

/** Hours as they are kept: with a zone, by its own name. */
export const hoursOf = ({
  from,
  to,
  zone,
}: Pick<PolicyHours, 'from' | 'to'> & { readonly zone?: string | null }): PolicyHours => ({
  from,
  to,
  zone: zoneNamed(zone ?? DEFAULT_ZONE) ?? DEFAULT_ZONE,
});

/** A canary as it is kept; null where neither member is given. */
export const canaryOf = ({
  first,
  percent,
}: {
  readonly first?: number | null;
  readonly percent?: number | null;
}): PolicyCanary | null => {
  if (typeof first === 'number') return { first };
  return typeof percent === 'number' ? { percent } : null;
};
