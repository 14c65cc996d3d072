import { type RawBuilder, sql } from 'kysely';
import { type Actor, actorNow } from '../../kernel/acting.js';

/** A person's changes belong together for so long after each other. */
const SITTING_MINUTES = 10;

/** Who makes a revision, in a form that can be compared. */
export const reviserNow = (): string => reviserOf(actorNow());

const reviserOf = ({ kind, id, name }: Actor): string => `${kind}:${id ?? name}`;

/** The columns that a change of a broadcast's contents sets beside them, under its lock. */
export function revised(who: string = reviserNow()): {
  readonly etag: RawBuilder<number>;
  readonly revision: RawBuilder<number>;
  readonly revisedAt: RawBuilder<Date>;
  readonly revisedBy: string;
  readonly revisionBound: false;
} {
  const goesOn = sql`revised_by = ${who} and not revision_bound
    and revised_at > clock_now() - make_interval(mins => ${SITTING_MINUTES})`;
  return {
    etag: sql`etag + 1`,
    revision: sql`case when ${goesOn} then revision else revision + 1 end`,
    revisedAt: sql`clock_now()`,
    revisedBy: who,
    revisionBound: false,
  };
}
