import { setTimeout as sleep } from 'node:timers/promises';
import type { TestingModule } from '@nestjs/testing';
import { Kysely, sql } from 'kysely';
import type { Account } from '../../../src/accounts/account.js';
import { AccountsModule } from '../../../src/accounts/accounts.module.js';
import { AccountsService } from '../../../src/accounts/accounts.service.js';
import { EngineWorkerModule } from '../../../src/broadcast/engine/engine.worker.module.js';
import type { BroadcastTables } from '../../../src/broadcast/engine/record/engine.tables.js';
import { ChannelsModule } from '../../../src/channels/channels.module.js';
import { MessageChannels } from '../../../src/channels/message-channels.js';
import { newBroadcastId } from '../../../src/kernel/ids.js';
import { ensurePace } from '../../../src/pacing/pace-row.js';
import type { ChannelName, MessageContent } from '../../../src/wechat/message-channel.js';
import { createTestDatabase, type TestDatabase } from '../stores/database.js';
import { ScriptedWechat } from '../wechat/scripted-wechat.js';
import { testConfig, withPool } from './test-config.js';
import { wireModules } from './wired.js';

/** A worker with its queue on the database, before a WeChat that answers as it is told. */
export class ChannelWorld {
  #accounts = 0;
  readonly #database: TestDatabase;
  readonly #parts: TestingModule;

  private constructor(
    readonly wechat: ScriptedWechat,
    database: TestDatabase,
    parts: TestingModule,
  ) {
    this.#database = database;
    this.#parts = parts;
  }

  static async open(): Promise<ChannelWorld> {
    const wechat = await new ScriptedWechat().listen();
    const database = await createTestDatabase();
    const config = testConfig({
      ROLES: 'worker',
      DATABASE_URL: withPool(database.url, 5),
      WECHAT_API_BASE: wechat.origin,
      WXOPEN_TEMPLATE: 'on',
      SEND_CONCURRENCY: '50',
      RETENTION_DAYS: '0',
    });

    const parts = await wireModules(config, [AccountsModule, ChannelsModule, EngineWorkerModule]);
    return new ChannelWorld(wechat, database, await parts.init());
  }

  async close(): Promise<void> {
    await this.#parts.close();
    this.wechat.close();
    await this.#database.drop();
  }

  part<Part>(type: abstract new (...args: never[]) => Part): Part {
    return this.#parts.get<Part>(type, { strict: false });
  }

  get db(): Kysely<BroadcastTables> {
    return this.part(Kysely<BroadcastTables>);
  }

  channel(name: ChannelName) {
    return this.part(MessageChannels).of(name);
  }

  async account(kind: Account['kind']): Promise<Account> {
    const accounts = this.part(AccountsService);
    const appid = `wx${String(++this.#accounts).padStart(16, '0')}`;
    await accounts.create({
      appid,
      secret: 'a-secret',
      kind,
      name: appid,
      callbackToken: 'callback-token',
      callbackMode: 'plain',
      tokenMode: 'stable',
    });
    const account = await accounts.requireAccount(appid);
    await ensurePace(this.db, account.id);
    return account;
  }

  /** Somebody with a form_id, or several, the first one the oldest. */
  async holdsFormIds(
    accountId: number,
    openid: string,
    formIds: readonly string[],
    kind: 'form' | 'prepay' = 'form',
  ): Promise<void> {
    const uses = kind === 'form' ? 1 : 3;
    await sql`
      insert into form_id (account_id, openid, form_id, kind, use, collected_at)
      select ${accountId}, ${openid}, f, ${kind}, u, clock_now() - interval '1 day' + nth * interval '1 minute'
      from unnest(${[...formIds]}::text[]) with ordinality as given (f, nth), generate_series(1, ${uses}::integer) u`.execute(
      this.db,
    );
  }

  async formIds(openid: string): Promise<Record<string, string[]>> {
    const { rows } = await sql<{ formId: string; states: string[] }>`
      select form_id, array_agg(state order by use) as states from form_id
      where openid = ${openid} group by form_id`.execute(this.db);
    return Object.fromEntries(rows.map(({ formId, states }) => [formId, states]));
  }

  /** A running broadcast to these people. The worker finds it by itself. */
  async broadcast(
    channel: ChannelName,
    account: Account,
    message: MessageContent,
    openids: readonly string[],
  ): Promise<string> {
    const id = newBroadcastId(new Date());
    await this.db.transaction().execute(async (tx) => {
      await sql`
        insert into broadcast (id, account_id, channel, template_id, message, audience, state,
          created_at, started_at, expanded_at)
        values (${id}, ${account.id}, ${channel}, 'the-template', ${JSON.stringify(message)}, '{"kind":"all"}',
          'running', clock_now(), clock_now(), clock_now())`.execute(tx);
      await sql`
        insert into delivery (broadcast_id, openid, account_id, state)
        select ${id}::uuid, o, ${account.id}, 'pending' from unnest(${[...openids]}::text[]) o`.execute(
        tx,
      );
      await sql`
        insert into broadcast_counter (broadcast_id, lane, pending)
        values (${id}, 'test', ${openids.length})`.execute(tx);
    });
    return id;
  }

  async row(broadcastId: string, openid: string) {
    return this.db
      .selectFrom('delivery')
      .selectAll()
      .where('broadcastId', '=', broadcastId)
      .where('openid', '=', openid)
      .executeTakeFirstOrThrow();
  }

  /** The delivery as soon as it is no longer open. */
  async settled(broadcastId: string, openid: string) {
    return eventually(async () => {
      const row = await this.row(broadcastId, openid);
      return ['pending', 'queued', 'sending'].includes(row.state) ? undefined : row;
    });
  }
}

/** The first answer that is not undefined. */
export async function eventually<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (const until = performance.now() + 200_000; performance.now() < until; await sleep(25)) {
    const found = await look();
    if (found !== undefined) return found;
  }
  throw new Error('waited in vain');
}
