import type { Broadcast } from '../api/broadcasts';
import type { Me } from '../api/me';

export type Hold = Broadcast['holds'][number];

/** What stands until somebody lifts it; the others lift themselves. */
const PERSONAL: ReadonlySet<string> = new Set([
  'operator',
  'problem',
  'canary',
  'stale',
  'restored',
] satisfies Hold['reason'][]);

export const standing = ({ holds }: Broadcast): readonly Hold[] =>
  holds.filter(({ reason }) => PERSONAL.has(reason));

export const isMine = ({ by }: Hold, { kind, id }: Me): boolean =>
  by !== undefined && by.kind === kind && by.id === id;
