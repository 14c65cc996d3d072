import { Injectable } from '@nestjs/common';
import { Kysely, sql } from 'kysely';
import type { ChannelName } from '../../wechat/message-channel.js';
import type { SendHours } from '../engine/record/engine.tables.js';
import { OPEN_STATES } from '../engine/record/states.js';
import type { OtherSend } from './forecast.js';

/** What somebody would have to know of a broadcast that begins beside others. */
export interface Beside {
  readonly others: readonly OtherSend[];
  /** What the account has reached lately, in messages a second; null where it has sent nothing that tells. */
  readonly reached: number | null;
  /** The same message has gone out to others within the last minute, or is about to. */
  readonly sameMessage: boolean;
}

/** The broadcasts whose rates are looked at, and for how long they are kept in mind. */
const LATEST = 10;

/** What else an account sends by a channel, and how fast it was. */
@Injectable()
export class OtherSends {
  readonly #db: Kysely<unknown>;

  constructor(db: Kysely<unknown>) {
    this.#db = db;
  }

  async beside(
    accountId: number,
    channel: ChannelName,
    own: {
      readonly broadcastId: string | null;
      readonly message: object;
      readonly templateId: string;
    },
  ): Promise<Beside> {
    const [others, reached, sameMessage] = await Promise.all([
      this.#others(accountId, channel, own.broadcastId),
      this.#reached(accountId, channel),
      this.#sameMessage(accountId, channel, own),
    ]);
    return { others, reached, sameMessage };
  }

  /**
   * Open rows of those that have begun; of a scheduled one its last preflight, or the list that it has, or all who follow.
   */
  async #others(
    accountId: number,
    channel: ChannelName,
    broadcastId: string | null,
  ): Promise<OtherSend[]> {
    const { rows } = await sql<{
      recipients: number;
      startAt: Date | null;
      hours: SendHours | null;
    }>`
      select b.send_hours as hours, case when b.state = 'scheduled' then b.start_at end as start_at,
        case when b.started_at is not null or b.expanded_at is not null then (
          select coalesce(sum(${sql.raw(OPEN_STATES.join(' + '))}), 0)::float8
          from broadcast_counter where broadcast_id = b.id
        ) else coalesce(
          (select p.recipients::float8 from preflight p
            where p.broadcast_id = b.id and p.state = 'done' order by p.id desc limit 1),
          (b.audience ->> 'count')::float8,
          (select s.confirmed_total::float8 from follower_sync s where s.account_id = b.account_id), 0)
        end as recipients
      from broadcast b
      where b.account_id = ${accountId} and b.closed_at is null and b.channel = ${channel}
        and b.purpose = 'broadcast' and b.id is distinct from ${broadcastId}::uuid
        and (b.started_at is not null and b.state = 'running' or b.state = 'scheduled')`.execute(
      this.#db,
    );
    return rows.filter(({ recipients }) => recipients > 0);
  }

  /** Samples of a broadcast's end, or of a small one, are slower than it can be: the upper ones tell. */
  async #reached(accountId: number, channel: ChannelName): Promise<number | null> {
    const { rows } = await sql<{ rate: number | null }>`
      select percentile_cont(0.75) within group (order by s.rate)::float8 as rate
      from (
        select id from broadcast
        where account_id = ${accountId} and purpose <> 'single' and channel = ${channel}
          and started_at is not null
        order by id desc limit ${LATEST}
      ) b
      join broadcast_sample s on s.broadcast_id = b.id
      where s.rate > 0 and s.open > s.rate * 5`.execute(this.#db);
    return rows[0]?.rate ?? null;
  }

  async #sameMessage(
    accountId: number,
    channel: ChannelName,
    {
      broadcastId,
      message,
      templateId,
    }: {
      readonly broadcastId: string | null;
      readonly message: object;
      readonly templateId: string;
    },
  ): Promise<boolean> {
    const { rows } = await sql`
      select from broadcast
      where account_id = ${accountId} and purpose <> 'single' and channel = ${channel}
        and closed_at is null and started_at is not null and template_id = ${templateId}
        and message = ${JSON.stringify(message)}::jsonb and id is distinct from ${broadcastId}::uuid
      limit 1`.execute(this.#db);
    return rows.length > 0;
  }
}
