import { Injectable } from '@nestjs/common';
import { type HotRunner, HotSql } from '../../database/hot-sql.js';
import { retryingDeadlocks } from '../../database/session/sqlstate.js';
import { Clock } from '../../kernel/clock.js';
import {
  COUNT_LATER_ACCEPTANCES,
  type FreshAcceptance,
  type GrantRow,
  type LaterRow,
  LOCK_GRANTS,
  STORE_ACCEPTANCES,
  WRITE_GRANTS,
} from './grant.statements.js';
import { type Acceptance, grantAfter, isOutdated, type KnownGrant } from './grant-after.js';
import { columnsOf, type GrantKey, nameOf } from './grant-key.js';

/** Somebody accepted one more message of a template, or rejected all of them, as WeChat pushed it. */
export interface GrantEvent extends GrantKey {
  readonly kind: 'accepted' | 'rejected';
  /** WeChat's CreateTime: whole seconds. */
  readonly at: Date;
  /** How many messages an acceptance allows; one where it is left out, as in every push. */
  readonly times?: number;
}

export interface GrantsApplied {
  /** Acceptances that were not known. */
  readonly fresh: number;
  /** How many of them no longer count. */
  readonly outdated: number;
}

/** Keeps grants current by WeChat's pushes, and by what other systems tell. */
@Injectable()
export class GrantEvents {
  readonly #hot: HotSql;
  readonly #clock: Clock;

  constructor(hot: HotSql, clock: Clock) {
    this.#hot = hot;
    this.#clock = clock;
  }

  /**
   * Harmless to repeat, and in any order: an acceptance counts once, and only if it is newer than the last rejection.
   * At equal times the rejection counts. `told` runs in the same transaction, at its end.
   */
  async apply(
    events: readonly GrantEvent[],
    told: (tx: HotRunner, applied: GrantsApplied) => Promise<void> = async () => {},
  ): Promise<GrantsApplied> {
    if (events.length === 0) return { fresh: 0, outdated: 0 };
    return retryingDeadlocks(() =>
      this.#hot.transaction(async (tx) => {
        const known = await tx.query<GrantRow>(LOCK_GRANTS, columnsOf(eachOnce(events)));
        const fresh = await this.#storeAcceptances(tx, events);
        const rejected = await this.#countLater(tx, events);
        const changed = known
          .map((row) => {
            const name = nameOf(keyOf(row));
            const before = grantOf(row);
            const news = { accepted: fresh.get(name) ?? [], rejected: rejected.get(name) ?? null };
            return { key: keyOf(row), before, after: grantAfter(before, news) };
          })
          .filter(({ before, after }) => differs(before, after));
        await write(tx, changed);
        const applied = appliedOf(known, fresh);
        await told(tx, applied);
        return applied;
      }),
    );
  }

  async #storeAcceptances(
    tx: HotRunner,
    events: readonly GrantEvent[],
  ): Promise<ReadonlyMap<string, Acceptance[]>> {
    const fresh = new Map<string, Acceptance[]>();
    const accepted = events.filter(({ kind }) => kind === 'accepted');
    if (accepted.length === 0) return fresh;
    const rows = await tx.query<FreshAcceptance>(STORE_ACCEPTANCES, [
      ...columnsOf(accepted),
      accepted.map(({ at }) => at.toISOString()),
      accepted.map(({ times = 1 }) => times),
    ]);
    for (const row of rows) {
      const name = nameOf(keyOf(row));
      fresh.set(name, [...(fresh.get(name) ?? []), row]);
    }
    return fresh;
  }

  async #countLater(
    tx: HotRunner,
    events: readonly GrantEvent[],
  ): Promise<ReadonlyMap<string, { at: Date; later: number }>> {
    // If we stored a time in the future, no later acceptance would count.
    const latest = new Date(this.#clock.now().getTime() + 60_000);
    const newest = new Map<string, GrantEvent>();
    for (const event of events) {
      if (event.kind === 'accepted') continue;
      const at = event.at > latest ? latest : event.at;
      if (at > (newest.get(nameOf(event))?.at ?? -Infinity))
        newest.set(nameOf(event), { ...event, at });
    }
    if (newest.size === 0) return new Map();
    const rejections = [...newest.values()];
    const rows = await tx.query<LaterRow>(COUNT_LATER_ACCEPTANCES, [
      ...columnsOf(rejections),
      rejections.map(({ at }) => at.toISOString()),
    ]);
    const later = new Map(rows.map((row) => [nameOf(keyOf(row)), row.later]));
    return new Map(
      rejections.map((event) => [
        nameOf(event),
        { at: event.at, later: later.get(nameOf(event)) ?? 0 },
      ]),
    );
  }
}

function appliedOf(
  known: readonly GrantRow[],
  fresh: ReadonlyMap<string, readonly Acceptance[]>,
): GrantsApplied {
  const outdated = known.flatMap((row) =>
    (fresh.get(nameOf(keyOf(row))) ?? []).filter((each) => isOutdated(each, grantOf(row))),
  );
  return { fresh: [...fresh.values()].flat().length, outdated: outdated.length };
}

async function write(
  tx: HotRunner,
  changed: readonly { readonly key: GrantKey; readonly after: KnownGrant }[],
): Promise<void> {
  if (changed.length === 0) return;
  await tx.query(WRITE_GRANTS, [
    ...columnsOf(changed.map(({ key }) => key)),
    changed.map(({ after }) => after.count),
    changed.map(({ after }) => after.voidUntil?.toISOString() ?? null),
    changed.map(({ after }) => after.owed),
  ]);
}

const eachOnce = (events: readonly GrantEvent[]): GrantKey[] => [
  ...new Map(events.map((event) => [nameOf(event), event])).values(),
];

const keyOf = (row: {
  readonly account_id: number;
  readonly openid: string;
  readonly template_id: string;
}): GrantKey => ({
  accountId: row.account_id,
  openid: row.openid,
  templateId: row.template_id,
});

const grantOf = (row: GrantRow): KnownGrant => ({
  count: row.count,
  voidUntil: row.void_until,
  owed: row.owed,
  owedAt: row.owed_at,
});

const differs = (before: KnownGrant, after: KnownGrant): boolean =>
  before.count !== after.count ||
  before.owed !== after.owed ||
  before.voidUntil?.getTime() !== after.voidUntil?.getTime();
