import { Injectable } from '@nestjs/common';
import { Kysely, sql } from 'kysely';
import type { ChannelName } from '../wechat/message-channel.js';
import type { PacingTables } from './pacing.tables.js';
import { QuotaLedger, type QuotaStanding } from './quota-ledger.js';
import type { Trouble } from './trouble.js';

/** How fast an account may send at this moment, for people to look at. */
export interface Pace {
  /** Messages a second, before any cap. */
  readonly rate: number;
  /** WeChat said that it sends too much: it rests for a while. */
  readonly rests: boolean;
  /** What made the rate fall, while it has not climbed back. */
  readonly trouble: Trouble | null;
  readonly singleFile: boolean;
}

/** All that decides how fast an account sends, and how much. */
export interface AccountPacing {
  /** Null while it never had a broadcast. */
  readonly pace: Pace | null;
  /** Of the channels that were asked for. */
  readonly quotas: ReadonlyMap<ChannelName, QuotaStanding>;
}

/** One account, and a channel by which it sends. */
export interface Sender {
  readonly accountId: number;
  readonly channel: ChannelName;
}

@Injectable()
export class Paces {
  constructor(
    private readonly db: Kysely<PacingTables>,
    private readonly ledger: QuotaLedger,
  ) {}

  /** By account id; they must exist. */
  async of(senders: readonly Sender[]): Promise<Map<number, AccountPacing>> {
    const channels = new Map<number, Set<ChannelName>>();
    for (const { accountId, channel } of senders)
      channels.set(accountId, (channels.get(accountId) ?? new Set()).add(channel));
    return new Map(
      await Promise.all(
        [...channels].map(async ([id, used]): Promise<[number, AccountPacing]> => [
          id,
          { pace: (await this.#pace(id)) ?? null, quotas: await this.#quotas(id, [...used]) },
        ]),
      ),
    );
  }

  async #quotas(
    accountId: number,
    channels: readonly ChannelName[],
  ): Promise<Map<ChannelName, QuotaStanding>> {
    return new Map(
      await Promise.all(
        channels.map(async (channel): Promise<[ChannelName, QuotaStanding]> => [
          channel,
          await this.ledger.standing(accountId, channel),
        ]),
      ),
    );
  }

  #pace(accountId: number): Promise<Pace | undefined> {
    return this.db
      .selectFrom('pace')
      .select([
        'rate',
        'trouble',
        'singleFile',
        sql<boolean>`coalesce(paused_until > clock_now(), false)`.as('rests'),
      ])
      .where('accountId', '=', accountId)
      .executeTakeFirst();
  }
}
