import { Injectable } from '@nestjs/common';
import { AccountScopes } from '../accounts/account-scopes.js';
import { BroadcastCounts } from '../broadcast/progress/broadcast-counts.js';
import { invalidCursor } from '../http/id-cursor.js';
import { page } from '../http/cursor.js';
import { Clock } from '../kernel/clock.js';
import { MAIN_CHANNEL } from '../pacing/main-channel.js';
import { QuotaLedger } from '../pacing/quota-ledger.js';
import type { NeedsYouView, OverviewView } from './overview.dto.js';
import { type AccountCursor, Today, type TodayRow } from './today.js';
import { UnderWay } from './under-way.js';

const DAY_MS = 86_400_000;

/** What somebody sees first: what waits for them, what is under way, and how the day goes. */
@Injectable()
export class Overview {
  readonly #scopes: AccountScopes;
  readonly #counts: BroadcastCounts;
  readonly #underWay: UnderWay;
  readonly #today: Today;
  readonly #quotas: QuotaLedger;
  readonly #clock: Clock;

  constructor(
    scopes: AccountScopes,
    counts: BroadcastCounts,
    underWay: UnderWay,
    today: Today,
    quotas: QuotaLedger,
    clock: Clock,
  ) {
    this.#scopes = scopes;
    this.#counts = counts;
    this.#underWay = underWay;
    this.#today = today;
    this.#quotas = quotas;
    this.#clock = clock;
  }

  async of(after: string | undefined, limit: number): Promise<OverviewView> {
    const cursor = readCursor(after);
    const scope = await this.#scopes.of('broadcast.read');
    const asOf = this.#clock.now();
    const began = new Date(this.#quotas.resetAfter(asOf).getTime() - DAY_MS);
    const [counts, troubles, running, rows] = await Promise.all([
      this.#counts.of(scope),
      this.#today.troubles(scope),
      this.#underWay.rowsOf(scope),
      this.#today.page(scope, began, cursor, limit + 1),
    ]);
    const { items, next } = page(rows, limit, (last) => writeCursor(last));
    const countOf = (shown: string): number =>
      counts.find((each) => each.shown === shown)?.count ?? 0;
    return {
      needsYou: [
        ...needs('paused', countOf('paused'), '/v1/broadcasts?shown=paused'),
        ...needs('stale', countOf('stale'), '/v1/broadcasts?shown=stale'),
        ...needs('account_fault', troubles.faulty, '/v1/accounts'),
        ...needs('account_held', troubles.held, '/v1/accounts'),
      ],
      running,
      today: items.map(({ id: _id, kind: _kind, ...row }) => ({ ...row, taken: takenOf(row) })),
      quota: await this.#quotasOf(items),
      next,
      asOf,
    };
  }

  async #quotasOf(rows: readonly TodayRow[]): Promise<OverviewView['quota']> {
    const statuses = await this.#quotas.statusesOf(
      rows.map(({ id, kind }) => ({ accountId: id, channel: MAIN_CHANNEL[kind] })),
    );
    return rows.flatMap(({ id, appid }) => {
      const found = statuses.find(({ accountId }) => accountId === id);
      if (found === undefined) return [];
      const { limit, left, ours, resetsAt } = found.status;
      return [{ appid, channel: found.channel, limit, left, ours, resetsAt }];
    });
  }
}

const needs = (kind: NeedsYouView['kind'], count: number, target: string): NeedsYouView[] =>
  count === 0 ? [] : [{ kind, count, target }];

const takenOf = (row: Omit<TodayRow, 'id' | 'kind'>): number =>
  row.accepted + row.reviewing + row.delivered + row.blocked + row.failed;

const isWell = ({ faulty, held }: TodayRow): boolean => !faulty && !held;

const writeCursor = (row: TodayRow): string => `${isWell(row) ? 1 : 0}.${row.appid}`;

function readCursor(after: string | undefined): AccountCursor | undefined {
  if (after === undefined) return undefined;
  const [, well, appid] = /^([01])\.([\x21-\x7e]{1,64})$/.exec(after) ?? [];
  if (well === undefined || appid === undefined) throw invalidCursor();
  return { isWell: well === '1', appid };
}
