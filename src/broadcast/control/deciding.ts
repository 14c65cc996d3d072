import { Injectable } from '@nestjs/common';
import { Kysely, type Transaction } from 'kysely';
import type { AuditAction } from '../../audit/record/actions.js';
import type { Change } from '../../audit/record/change.js';
import { inTransaction } from '../../audit/record/in-transaction.js';
import type { Seen } from '../../http/if-match.js';
import { changedMeanwhile } from '../compose/changed-meanwhile.js';
import type { Idempotency } from '../compose/idempotency.js';
import { requireSeen } from '../compose/revision-stale.js';
import type { BroadcastRow } from '../engine/record/broadcasts.js';
import type { BroadcastTables } from '../engine/record/engine.tables.js';
import { broadcastNotFound } from '../engine/record/not-found.js';
import { REPEATED, type Verb } from '../engine/record/transitions.js';
import { VerbKeys } from './verb-keys.js';

/** How often we look again when somebody else has changed the broadcast while we checked it. */
const TRIES = 5;

/** One request for one verb. */
export interface Ask {
  readonly id: string;
  readonly verb: Verb;
  readonly idempotency: Idempotency | undefined;
  /** The version that it was decided upon. Stopping verbs have none: a stop must not miss. */
  readonly seen?: Seen | undefined;
}

/** What a request came to. */
export interface Decided {
  /** False when it had been done before, or had nothing to do. */
  readonly changed: boolean;
  /** True when an equal request with the same key had been carried out: nothing was even looked at. */
  readonly replayed: boolean;
}

/** What has changed, for the audit. */
export type Outcome = Pick<Change, 'before' | 'after' | 'reason'>;

/** Does what was asked for, under the lock of the broadcast's row; undefined means that there was nothing to do. */
export type Act = (
  tx: Transaction<BroadcastTables>,
  broadcast: BroadcastRow,
) => Promise<Outcome | undefined>;

const REPLAYED: Decided = { changed: false, replayed: true };
const REPEAT: Decided = { changed: false, replayed: false };

/**
 * Carries a verb out once. All is decided under the lock of the broadcast's row, in statements of their own that see
 * what was committed before: of two requests at once, the later finds what the earlier has done.
 */
@Injectable()
export class Deciding {
  readonly #db: Kysely<BroadcastTables>;
  readonly #keys: VerbKeys;

  constructor(db: Kysely<BroadcastTables>, keys: VerbKeys) {
    this.#db = db;
    this.#keys = keys;
  }

  /**
   * @param prepare looks at what needs no lock, and says what to do then. It is done only to the very version that
   * `prepare` has seen; if somebody changes that meanwhile, it is prepared anew.
   */
  async prepared(
    ask: Ask,
    prepare: (broadcast: BroadcastRow) => Act | Promise<Act>,
  ): Promise<Decided> {
    for (let tries = 1; tries <= TRIES; tries++) {
      const broadcast = await this.#require(ask);
      if (await this.#keys.isReplay(broadcast, ask.idempotency)) return REPLAYED;
      // What is stale stays stale: it is said before anything else is looked at.
      if (!isRepeated(ask, broadcast)) requireSeen(broadcast, ask.seen);
      const act = isRepeated(ask, broadcast) ? undefined : await prepare(broadcast);
      const decided = await this.#underLock(ask, act, broadcast.etag);
      if (decided !== undefined) return decided;
    }
    throw changedMeanwhile(ask.id);
  }

  /** A verb that needs no preparation, whatever version it meets: a stop must not miss. */
  async atOnce(ask: Ask, act: Act): Promise<Decided> {
    return (await this.#underLock(ask, act)) ?? REPEAT;
  }

  /** Undefined means that the broadcast is no longer the one that was prepared for: nothing was done. */
  #underLock(ask: Ask, act: Act | undefined, prepared?: number): Promise<Decided | undefined> {
    return inTransaction(this.#db, async (tx, audit) => {
      const broadcast = await this.#require(ask, tx);
      if (await this.#keys.isReplay(broadcast, ask.idempotency, tx)) return REPLAYED;
      if (isRepeated(ask, broadcast)) {
        requireSeen(broadcast, alsoBefore(ask.seen, broadcast));
        await this.#keys.keep(tx, broadcast, ask.idempotency);
        audit.nothing();
        return REPEAT;
      }
      requireSeen(broadcast, ask.seen);
      if (act === undefined || broadcast.etag !== (prepared ?? broadcast.etag)) return undefined;
      const outcome = await act(tx, broadcast);
      await this.#keys.keep(tx, broadcast, ask.idempotency);
      if (outcome === undefined) audit.nothing();
      else audit({ ...changeOf(ask, broadcast), ...outcome });
      return { changed: outcome !== undefined, replayed: false };
    });
  }

  async #require({ id }: Ask, tx?: Transaction<BroadcastTables>): Promise<BroadcastRow> {
    const broadcast = await (tx ?? this.#db)
      .selectFrom('broadcast')
      .selectAll()
      .where('id', '=', id)
      .$if(tx !== undefined, (query) => query.forUpdate())
      .executeTakeFirst();
    if (broadcast === undefined) throw broadcastNotFound(id);
    return broadcast;
  }
}

const ACTIONS: Readonly<Record<Verb, AuditAction>> = {
  start: 'broadcast.start',
  'start-now': 'broadcast.start_now',
  undo: 'broadcast.undo',
  unschedule: 'broadcast.unschedule',
  pause: 'broadcast.pause',
  resume: 'broadcast.resume',
  cancel: 'broadcast.cancel',
  archive: 'broadcast.archive',
  unarchive: 'broadcast.unarchive',
  delete: 'broadcast.delete',
};

const changeOf = ({ id, verb }: Ask, { accountId }: BroadcastRow): Change => ({
  action: ACTIONS[verb],
  target: { kind: 'broadcast', id },
  accountId,
});

const isRepeated = ({ verb }: Ask, { state }: BroadcastRow): boolean =>
  REPEATED[verb]?.includes(state) ?? false;

/** A second click knows the version before the first: it is the decision that it repeats. */
const alsoBefore = (seen: Seen | undefined, { etag, decidedFrom }: BroadcastRow) =>
  seen !== undefined && decidedFrom !== null && seen.has(String(decidedFrom))
    ? new Set([String(etag)])
    : seen;
