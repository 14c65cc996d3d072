import type { FollowerSync } from '../api/followers';

/** Whom a draft reaches: as the service answers it, a list by its count alone, or as it was typed, by its openids. */
export interface Audience {
  readonly kind: string | undefined;
  /** Undefined where it is not told before the start. */
  readonly people: number | undefined;
}

/** The kinds that a sentence says, without a number. */
const NAMED = ['granted', 'tags', 'upload', 'saved', 'broadcast', 'remaining', 'union'] as const;

export const isNamed = (kind: string | undefined): kind is (typeof NAMED)[number] =>
  NAMED.some((named) => named === kind);

/** Those of a list that is not on record: typed, or refused as it stands. */
export const openidsIn = (member: unknown): readonly string[] =>
  (member as { readonly openids?: readonly string[] } | null)?.openids ?? [];

export function audienceIn(member: unknown): Audience {
  const { kind, count, openids } = (member ?? {}) as {
    readonly kind?: string;
    readonly count?: number;
    readonly openids?: readonly string[];
  };
  return { kind, people: kind === 'openids' ? (openids?.length ?? count ?? 0) : undefined };
}

/** How many follow; undefined until a walk has come to its end: one under way has counted a part of them. */
export const followersIn = (
  sync: Pick<FollowerSync, 'state' | 'seen'> | undefined,
): number | undefined => (sync?.state === 'done' ? sync.seen : undefined);
