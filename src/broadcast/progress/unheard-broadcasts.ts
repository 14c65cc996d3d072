import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Kysely, sql } from 'kysely';
import type { Account } from '../../accounts/account.js';
import { AccountHealthReader, type UnheardHealth } from '../../accounts/account-health.js';
import { stoppedFaultOf, unheardFaultOf } from '../../accounts/callback-state.js';
import { Clock } from '../../kernel/clock.js';
import { type Notice, type Warning, warningOf } from '../../kernel/warning.js';
import { type BroadcastReport, receiptsOpen } from './broadcast-reports.js';
import type { BroadcastTables } from '../engine/record/engine.tables.js';
import { missingRoles, type ProcessRole } from '../engine/record/live-processes.js';

/** Receipts come within seconds, and we record within a minute that pushes came. */
const PATIENCE_MS = 10 * 60_000;
const ROLE_PATIENCE_MS = 30_000;
/** How many of an account's newest broadcasts are read. */
const NEWEST = 20;

const NO_WORKER: Notice = {
  code: 'no_worker',
  params: {},
  zh: '没有正在运行的 worker 进程，因此什么都不会发出。请启动至少一个带 worker 角色的进程（ROLES=worker）。',
  en: 'No process with the role worker runs, so nothing is sent. Start at least one (ROLES=worker).',
};

const NO_CALLBACK: Notice = {
  code: 'no_callback',
  params: {},
  zh: '没有正在运行的 callback 进程，因此收不到微信的推送，不知道消息是否送达；微信只重试三次。请启动至少一个带 callback 角色的进程（ROLES=callback）。',
  en: 'No process with the role callback runs, so no push is taken and nobody knows what was delivered; WeChat tries three times only. Start at least one (ROLES=callback).',
};

/** These faults say that nothing came, not why. */
const UNEXPLAINED: ReadonlySet<string> = new Set(['callback_silent', 'callback_stopped']);

/** Says why WeChat's receipts for a broadcast do not come: no push arrives, or a role of ours does not run. */
@Injectable()
export class UnheardBroadcasts implements OnModuleInit {
  readonly #db: Kysely<BroadcastTables>;
  readonly #health: AccountHealthReader;
  readonly #clock: Clock;

  constructor(db: Kysely<BroadcastTables>, health: AccountHealthReader, clock: Clock) {
    this.#db = db;
    this.#health = health;
    this.#clock = clock;
  }

  onModuleInit(): void {
    this.#health.learnFrom('unheard', (accounts) => this.#lastOf(accounts));
  }

  /** The warnings about each report, in their order. */
  async warningsOf(reports: readonly BroadcastReport[]): Promise<Warning[][]> {
    const now = this.#clock.now().getTime();
    const asked = reports.map((report) => ({ report, age: now - startOf(report) }));
    const missing = asked.some(({ age }) => age > ROLE_PATIENCE_MS)
      ? await missingRoles(this.#db)
      : [];
    return asked.map(({ report, age }) => [
      ...(age > ROLE_PATIENCE_MS ? rolesMissed(report, missing) : []),
      ...(age > PATIENCE_MS ? callbackMissed(report, missing) : []),
    ]);
  }

  async #lastOf(accounts: readonly Account[]): Promise<Map<number, UnheardHealth>> {
    const { rows } = await sql<UnheardHealth & { readonly accountId: number }>`
      select a.id as "accountId", unheard.since, unheard.id as "broadcastId"
      from unnest(${accounts.map(({ id }) => id)}::integer[]) as a (id)
      cross join lateral (
        select b.id, b.started_at as since
        from (
          select id, started_at from broadcast
          where account_id = a.id and purpose <> 'single'
          order by id desc limit ${NEWEST}
        ) b
        left join account_callback c on c.account_id = a.id
        where b.started_at < clock_now() - make_interval(secs => ${PATIENCE_MS / 1_000})
          and (c.push_at is null or c.push_at < b.started_at)
          and (select sum(accepted) from broadcast_counter where broadcast_id = b.id) > 0
        order by b.started_at desc limit 1
      ) unheard`.execute(this.#db);
    return new Map(rows.map(({ accountId, ...unheard }) => [accountId, unheard]));
  }
}

/** In ms. A broadcast that has not started waits for nobody yet. */
const startOf = ({ broadcast }: BroadcastReport): number =>
  broadcast.startedAt?.getTime() ?? Infinity;

function rolesMissed(report: BroadcastReport, missing: readonly ProcessRole[]): Warning[] {
  const runs = report.broadcast.state === 'running';
  return [
    ...(runs && missing.includes('worker') ? [warningOf('state', NO_WORKER)] : []),
    ...((runs || receiptsOpen(report) > 0) && missing.includes('callback')
      ? [warningOf('receiptsOpen', NO_CALLBACK)]
      : []),
  ];
}

/** No push has come since it started; or pushes have stopped while WeChat accepted messages of it. */
function callbackMissed(report: BroadcastReport, missing: readonly ProcessRole[]): Warning[] {
  const { broadcast, account, counts } = report;
  const { startedAt, endedAt } = broadcast;
  if (startedAt === null || counts.accepted === 0) return [];
  const { unheardSince } = account;
  const stoppedMeanwhile =
    unheardSince !== null &&
    unheardSince >= startedAt &&
    (endedAt === null || unheardSince <= endedAt);
  const fault =
    unheardFaultOf(account, startedAt) ?? (stoppedMeanwhile ? stoppedFaultOf(account) : undefined);
  if (fault === undefined) return [];
  // The warning about the missing role explains it already.
  const isExplained = missing.includes('callback') && receiptsOpen(report) > 0;
  return isExplained && UNEXPLAINED.has(fault.code) ? [] : [warningOf('counts.accepted', fault)];
}
