import { Injectable } from '@nestjs/common';
import { Kysely } from 'kysely';
import type { Account } from '../../../accounts/account.js';
import { AccountsService } from '../../../accounts/accounts.service.js';
import { MessageChannels } from '../../../channels/message-channels.js';
import type { MessageChannel } from '../../../wechat/message-channel.js';
import type { BroadcastTables } from '../record/engine.tables.js';

/** What every message of a broadcast shares, made once. */
export interface PreparedBroadcast {
  readonly account: Account;
  readonly channel: MessageChannel<Account>;
  readonly templateId: string;
  readonly message: unknown;
}

/** A copy that is older is renewed in the background, so that a change of the account is seen. */
const RENEW_AFTER_MS = 5_000;
/** A copy that is older is not used. */
const FRESH_FOR_MS = 15_000;
const MAX_KEPT = 200;

interface Kept {
  readonly since: number;
  readonly broadcast: Promise<PreparedBroadcast>;
  isRenewed: boolean;
}

/** Keeps the shared part of the broadcasts that are being sent, so that many sends ask the database once. */
@Injectable()
export class PreparedBroadcasts {
  readonly #kept = new Map<string, Kept>();
  readonly #db: Kysely<BroadcastTables>;
  readonly #accounts: AccountsService;
  readonly #channels: MessageChannels;

  constructor(db: Kysely<BroadcastTables>, accounts: AccountsService, channels: MessageChannels) {
    this.#db = db;
    this.#accounts = accounts;
    this.#channels = channels;
  }

  /** While a broadcast goes on no send waits for a renewal: a thousand sends would wait for it together. */
  async require(broadcastId: string): Promise<PreparedBroadcast> {
    const kept = this.#kept.get(broadcastId);
    const age = kept ? performance.now() - kept.since : Infinity;
    if (!kept || age > FRESH_FOR_MS) return this.#keep(broadcastId, this.#prepare(broadcastId));
    if (age > RENEW_AFTER_MS) void this.#renew(broadcastId, kept);
    return kept.broadcast;
  }

  async #renew(broadcastId: string, kept: Kept): Promise<void> {
    if (kept.isRenewed) return;
    kept.isRenewed = true;
    try {
      void this.#keep(broadcastId, Promise.resolve(await this.#prepare(broadcastId)));
    } catch {
      kept.isRenewed = false; // the copy is still good for a while
    }
  }

  #keep(broadcastId: string, broadcast: Promise<PreparedBroadcast>): Promise<PreparedBroadcast> {
    const kept: Kept = { since: performance.now(), broadcast, isRenewed: false };
    this.#kept.delete(broadcastId);
    this.#kept.set(broadcastId, kept);
    // A failed preparation is forgotten, so that the next send tries again.
    broadcast.catch(() => {
      if (this.#kept.get(broadcastId) === kept) this.#kept.delete(broadcastId);
    });
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MAX_KEPT && oldest !== undefined) this.#kept.delete(oldest);
    return broadcast;
  }

  async #prepare(broadcastId: string): Promise<PreparedBroadcast> {
    const row = await this.#db
      .selectFrom('broadcast')
      .select(['accountId', 'channel', 'templateId', 'message'])
      .where('id', '=', broadcastId)
      .executeTakeFirstOrThrow();
    const account = await this.#accounts.byId(row.accountId);
    if (!account) throw new Error(`broadcast ${broadcastId} has no account`);
    const channel = this.#channels.of(row.channel);
    const { templateId, message } = row;
    return { account, channel, templateId, message: channel.prepare(templateId, message) };
  }
}
