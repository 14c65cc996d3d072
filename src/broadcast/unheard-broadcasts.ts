import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Kysely, sql } from 'kysely';
import type { Account } from '../accounts/account.js';
import { AccountHealth, type UnheardHealth } from '../accounts/account-health.js';
import { AccountsService } from '../accounts/accounts.service.js';
import { unheardFaultOf } from '../accounts/callback-state.js';
import { Clock } from '../kernel/clock.js';
import { type Notice, type Warning, warningOf } from '../kernel/warning.js';
import type { BroadcastReport } from './broadcast.report.js';
import type { BroadcastTables } from './engine/engine.tables.js';
import { hasLiveWorker } from './engine/live-workers.js';

/** Receipts come within seconds, and what came is on record within a minute. */
const PATIENCE_MS = 10 * 60_000;
const WORKER_PATIENCE_MS = 30_000;
/** Of an account's newest broadcasts so many are looked at. */
const NEWEST = 20;

const NO_WORKER: Notice = {
  code: 'no_worker',
  params: {},
  zh: '没有正在运行的 worker 进程，因此什么都不会发出。请启动至少一个带 worker 角色的进程（ROLES=worker）。',
  en: 'No process with the role worker runs, so nothing is sent. Start at least one (ROLES=worker).',
};

/** Why nothing is heard of a broadcast: no push comes, or no worker is there. */
@Injectable()
export class UnheardBroadcasts implements OnModuleInit {
  constructor(
    private readonly db: Kysely<BroadcastTables>,
    private readonly health: AccountHealth,
    private readonly accounts: AccountsService,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.health.learnUnheardFrom((accounts) => this.#lastOf(accounts));
  }

  async warningsOf({ broadcast, appid, counts }: BroadcastReport): Promise<Warning[]> {
    const { state, startedAt } = broadcast;
    if (startedAt === null) return [];
    const age = this.clock.now().getTime() - startedAt.getTime();
    const warnings: Warning[] = [];
    if (state === 'running' && age > WORKER_PATIENCE_MS && !(await hasLiveWorker(this.db))) {
      warnings.push(warningOf('state', NO_WORKER));
    }
    if (counts.accepted > 0 && age > PATIENCE_MS) {
      const fault = unheardFaultOf(await this.accounts.require(appid), startedAt);
      if (fault !== undefined) warnings.push(warningOf('counts.accepted', fault));
    }
    return warnings;
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
      ) unheard`.execute(this.db);
    return new Map(rows.map(({ accountId, ...unheard }) => [accountId, unheard]));
  }
}
