import { Injectable } from '@nestjs/common';
import { Kysely } from 'kysely';
import type { Account } from '../../../accounts/account.js';
import { AccountsService } from '../../../accounts/accounts.service.js';
import { MessageChannels } from '../../../channels/message-channels.js';
import type { MessageChannel } from '../../../wechat/message-channel.js';
import type { BroadcastTables } from '../engine.tables.js';

/** What every message of a broadcast shares, made once. */
export interface PreparedBroadcast {
  readonly account: Account;
  readonly channel: MessageChannel<Account>;
  readonly templateId: string;
  readonly message: unknown;
}

/** A change of the account (its token mode, say) is seen after this time. */
const FRESH_MS = 5_000;
const MOST = 200;

/** Keeps the shared part of the broadcasts that are being sent; asks the database once for many. */
@Injectable()
export class PreparedBroadcasts {
  readonly #kept = new Map<string, { until: number; broadcast: Promise<PreparedBroadcast> }>();

  constructor(
    private readonly db: Kysely<BroadcastTables>,
    private readonly accounts: AccountsService,
    private readonly channels: MessageChannels,
  ) {}

  async require(broadcastId: string): Promise<PreparedBroadcast> {
    const kept = this.#kept.get(broadcastId);
    if (kept && kept.until > performance.now()) return kept.broadcast;
    const broadcast = this.#prepare(broadcastId);
    this.#keep(broadcastId, broadcast);
    return broadcast;
  }

  #keep(broadcastId: string, broadcast: Promise<PreparedBroadcast>): void {
    this.#kept.delete(broadcastId);
    this.#kept.set(broadcastId, { until: performance.now() + FRESH_MS, broadcast });
    // A failure is not worth keeping.
    broadcast.catch(() => this.#kept.delete(broadcastId));
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MOST && oldest !== undefined) this.#kept.delete(oldest);
  }

  async #prepare(broadcastId: string): Promise<PreparedBroadcast> {
    const row = await this.db
      .selectFrom('broadcast')
      .select(['accountId', 'channel', 'templateId', 'message'])
      .where('id', '=', broadcastId)
      .executeTakeFirstOrThrow();
    const account = await this.accounts.byId(row.accountId);
    if (!account) throw new Error(`broadcast ${broadcastId} has no account`);
    const channel = this.channels.of(row.channel);
    const { templateId, message } = row;
    return { account, channel, templateId, message: channel.prepare(templateId, message) };
  }
}
