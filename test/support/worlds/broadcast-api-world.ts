import { type Kysely, sql } from 'kysely';
import pg from 'pg';
import { AccountSealing } from '../../../src/accounts/account-sealing.js';
import { Sealer } from '../../../src/accounts/seal.js';
import { BroadcastApiModule } from '../../../src/broadcast/broadcast.api.module.js';
import { DeliveryPartitions } from '../../../src/broadcast/engine/storage/delivery-partitions.js';
import type { BroadcastTables } from '../../../src/broadcast/engine/record/engine.tables.js';
import type { DeliveryState } from '../../../src/broadcast/engine/record/states.js';
import { clockOption, kyselyOn } from '../../../src/database/dialect.js';
import { newBroadcastId } from '../../../src/kernel/ids.js';
import { type Answer, type ApiApp, type ApiAppOptions, startApi } from './api-app.js';

export interface TestAccount {
  readonly id: number;
  readonly appid: string;
}

/** A delivery as a test wants it to stand there. */
export interface GivenDelivery {
  readonly state: DeliveryState;
  readonly errcode?: number;
  readonly msgid?: string;
  readonly rid?: string;
}

export const TEMPLATE = 'tm-course';

/** The broadcast API behind the real gate, on a database of its own; no worker, no WeChat. */
export class BroadcastApiWorld {
  #accounts = 0;
  #broadcasts = 0;

  private constructor(
    readonly api: ApiApp,
    readonly db: Kysely<BroadcastTables>,
  ) {}

  static async open(
    options: ApiAppOptions = {},
    beside: Parameters<typeof startApi>[0] = [],
  ): Promise<BroadcastApiWorld> {
    const api = await startApi([BroadcastApiModule, ...beside], options);
    await api.app.get(DeliveryPartitions, { strict: false }).ensure();
    const pool = new pg.Pool({
      connectionString: api.databaseUrl,
      max: 3,
      options: clockOption(0),
    });
    return new BroadcastApiWorld(api, kyselyOn<BroadcastTables>(pool));
  }

  async close(): Promise<void> {
    await this.db.destroy();
    await this.api.close();
  }

  get(path: string): Promise<Answer> {
    return this.api.call('GET', path);
  }

  post(path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const authorization = `Bearer ${this.api.adminKey}`;
    return this.api.call('POST', path, body, { authorization, ...headers });
  }

  /** Every item of a list, page by page. */
  async all(path: string): Promise<{ items: Record<string, unknown>[]; pages: number }> {
    const items: Record<string, unknown>[] = [];
    for (let pages = 1, after = ''; ; pages++) {
      const glue = path.includes('?') ? '&' : '?';
      const { status, json, text } = await this.get(`${path}${after && `${glue}after=${after}`}`);
      if (status !== 200) throw new Error(text);
      const page = json as { items: Record<string, unknown>[]; next: string | null };
      items.push(...page.items);
      if (page.next === null) return { items, pages };
      after = encodeURIComponent(page.next);
    }
  }

  /** A service account with one template, whose followers are not known yet. */
  async account(kind: 'service' | 'mini_program' = 'service'): Promise<TestAccount> {
    const appid = `wx${(++this.#accounts).toString().padStart(16, '0')}`;
    const sealing = this.#sealingOf(appid);
    const { rows } = await sql<{ id: number }>`
      insert into account (appid, kind, name, callback_mode, token_mode, sealed_secret, sealed_callback_token)
      values (${appid}, ${kind}, 'test', 'plain', 'stable', ${sealing.seal('sealedSecret', 'x')},
        ${sealing.seal('sealedCallbackToken', 'x')}) returning id`.execute(this.db);
    const id = rows[0]!.id;
    await sql`
      insert into template (account_id, template_id, title, content, example, primary_industry,
        deputy_industry, changed_at)
      values (${id}, ${TEMPLATE}, '上课提醒',
        ${'{{first.DATA}}\n讲师：{{thing1.DATA}}\n时间：{{time2.DATA}}\n{{remark.DATA}}'},
        '', '', '', clock_now())`.execute(this.db);
    return { id, appid };
  }

  /** Of which nothing is warned. */
  async inSafeMode({ id, appid }: TestAccount): Promise<void> {
    await sql`update account set callback_mode = 'safe', sealed_encoding_aes_key = ${this.#sealingOf(appid).seal('sealedEncodingAesKey', 'x')}
      where id = ${id}`.execute(this.db);
  }

  /** As a complete sync leaves it. */
  async synced({ id }: TestAccount, followers: readonly string[], left: readonly string[] = []) {
    await sql`
      insert into follower (account_id, openid, subscribed, as_of)
      select ${id}::integer, o, true, clock_now() from unnest(${followers}::text[]) o
      union all select ${id}::integer, o, false, clock_now() from unnest(${left}::text[]) o`.execute(
      this.db,
    );
    await sql`
      insert into follower_sync (account_id, walk, state, step, began_at, as_of, alive_at, seen,
        skipped, confirmed_as_of, confirmed_total)
      values (${id}, 1, 'done', 'parting', clock_now(), clock_now(), clock_now(),
        ${followers.length}, 0, clock_now(), ${followers.length})`.execute(this.db);
  }

  /** A running broadcast with these deliveries, as the engine would have left rows, counters and problems. */
  async broadcast(
    account: TestAccount,
    deliveries: Readonly<Record<string, GivenDelivery>> = {},
    row: { readonly purpose?: 'broadcast' | 'test'; readonly expanded?: boolean } = {},
  ): Promise<string> {
    // One millisecond apart, so that their order is known.
    const id = newBroadcastId(new Date(Date.now() - 100_000 + ++this.#broadcasts));
    await sql`
      insert into broadcast (id, account_id, purpose, channel, template_id, message, audience, state,
        created_at, started_at, expanded_at)
      values (${id}, ${account.id}, ${row.purpose ?? 'broadcast'}, 'template', ${TEMPLATE},
        '{"fields":{"thing1":"你好"}}', '{"kind":"all"}', 'running', clock_now(), clock_now(),
        case when ${row.expanded ?? true} then clock_now() end)`.execute(this.db);
    for (const [openid, delivery] of Object.entries(deliveries))
      await this.#insertDelivery(account, id, openid, delivery);
    return id;
  }

  async #insertDelivery(
    account: TestAccount,
    broadcastId: string,
    openid: string,
    {
      state,
      errcode = null,
      msgid = null,
      rid = null,
    }: {
      state: DeliveryState;
      errcode?: number | null;
      msgid?: string | null;
      rid?: string | null;
    },
  ): Promise<void> {
    await sql`
      insert into delivery (broadcast_id, openid, account_id, state, errcode, msgid, rid, attempts)
      values (${broadcastId}, ${openid}, ${account.id}, ${state}::delivery_state, ${errcode},
        ${msgid}::bigint, ${rid}, 1)`.execute(this.db);
    if (['refused', 'unknown', 'blocked', 'failed'].includes(state)) {
      await sql`
        insert into delivery_problem (broadcast_id, state, errcode, openid)
        values (${broadcastId}, ${state}::delivery_state, coalesce(${errcode}::integer, 0), ${openid})`.execute(
        this.db,
      );
    }
    if (errcode !== null) {
      await sql`
        insert into broadcast_error (broadcast_id, errcode, lane, count)
        values (${broadcastId}, ${errcode}, ${`lane-${openid}`}, 1)`.execute(this.db);
    }
    await this.count(broadcastId, `lane-${openid}`, { [state]: 1 });
  }

  /** Moves a broadcast's counters, as one writer does in its lane. */
  async count(
    broadcastId: string,
    lane: string,
    deltas: Partial<Record<DeliveryState, number>>,
  ): Promise<void> {
    await this.db
      .insertInto('broadcastCounter')
      .values({ broadcastId, lane, ...(deltas as object) })
      .execute();
  }

  /** How many rows there are of everything that a new broadcast leaves behind. */
  async stored(): Promise<Record<string, number>> {
    const { rows } = await sql<Record<string, number>>`
      select (select count(*)::integer from broadcast) as broadcasts,
        (select count(*)::integer from broadcast_member) as members,
        (select count(*)::integer from broadcast_event) as events,
        (select count(*)::integer from idempotency_key) as keys`.execute(this.db);
    return rows[0]!;
  }

  #sealingOf(appid: string): AccountSealing {
    return new AccountSealing(this.api.app.get(Sealer, { strict: false }), appid);
  }
}
