import { Injectable } from '@nestjs/common';
import { Kysely, sql } from 'kysely';
import type { ChannelName } from '../wechat/message-channel.js';
import type { PacingTables } from './pacing.tables.js';
import { QuotaLedger, type QuotaStatus, type Sender } from './quota-ledger.js';
import type { BackoffReason } from './pace-row.js';

/** How fast an account may send at this moment, as people see it. */
export interface Pace {
  /** Messages a second, before any cap. */
  readonly rate: number;
  /** WeChat said that the account sends too much (45011): it rests for a minute. */
  readonly rests: boolean;
  /** Why the rate was halved, until it is back at the cap. */
  readonly backoffReason: BackoffReason | null;
  /** The account sends one message at a time, while most answers are -1. */
  readonly serial: boolean;
}

/** All that decides how fast an account sends, and how much. */
export interface AccountPacing {
  /** Null until its first broadcast. */
  readonly pace: Pace | null;
  /** Of the channels that were asked for. */
  readonly quotas: ReadonlyMap<ChannelName, QuotaStatus>;
}

/** Reads how fast accounts may send. */
@Injectable()
export class Paces {
  readonly #db: Kysely<PacingTables>;
  readonly #ledger: QuotaLedger;

  constructor(db: Kysely<PacingTables>, ledger: QuotaLedger) {
    this.#db = db;
    this.#ledger = ledger;
  }

  /** By account id; the accounts must exist. Two statements, however many accounts there are. */
  async of(senders: readonly Sender[]): Promise<Map<number, AccountPacing>> {
    const asked = [...new Map(senders.map((sender) => [nameOf(sender), sender])).values()];
    const ids = [...new Set(asked.map(({ accountId }) => accountId))];
    if (ids.length === 0) return new Map();
    const [paces, statuses] = await Promise.all([this.#paces(ids), this.#ledger.statusesOf(asked)]);
    const quotas = Map.groupBy(statuses, ({ accountId }) => accountId);
    return new Map(
      ids.map((id) => [
        id,
        {
          pace: paces.get(id) ?? null,
          quotas: new Map((quotas.get(id) ?? []).map(({ channel, status }) => [channel, status])),
        },
      ]),
    );
  }

  async #paces(accountIds: readonly number[]): Promise<Map<number, Pace>> {
    const rows = await this.#db
      .selectFrom('pace')
      .select([
        'accountId',
        'rate',
        'trouble as backoffReason',
        'singleFile as serial',
        sql<boolean>`coalesce(paused_until > clock_now(), false)`.as('rests'),
      ])
      .where('accountId', '=', sql<number>`any(${accountIds}::integer[])`)
      .execute();
    return new Map(rows.map(({ accountId, ...pace }) => [accountId, pace]));
  }
}

const nameOf = ({ accountId, channel }: Sender): string => `${accountId} ${channel}`;
