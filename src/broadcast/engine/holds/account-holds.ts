import { Injectable } from '@nestjs/common';
import { Kysely, type RawBuilder, sql } from 'kysely';
import { inTransaction } from '../../../audit/record/in-transaction.js';
import type { ChannelName } from '../../../wechat/message-channel.js';
import type { BroadcastTables } from '../record/engine.tables.js';
import type { HoldReason } from '../record/states.js';
import type { Hold } from './holds.js';
import { stopClaims } from './stop-claims.js';

/**
 * Holds many broadcasts of an account at once, since an account may have thousands of single messages open. Each method
 * is one statement, which locks the broadcasts' rows as `Holds` does, in the order of their ids.
 */
@Injectable()
export class AccountHolds {
  readonly #db: Kysely<BroadcastTables>;

  constructor(db: Kysely<BroadcastTables>) {
    this.#db = db;
  }

  /** Holds every broadcast of an account that has begun and not ended, or those of one channel. */
  async holdAccount(accountId: number, hold: Hold, channel?: ChannelName): Promise<void> {
    const { reason, until = null, errcode = null, rid = null, detail = null, code = null } = hold;
    const { params } = hold;
    const said = JSON.stringify({
      reason,
      until,
      errcode,
      rid,
      detail,
      code,
      openid: null,
      ...(params && { params }),
    });
    await inTransaction(this.#db, async (tx, audit) => {
      const { numAffectedRows = 0n } = await sql`
        with open as materialized (
          select id from broadcast
          where account_id = ${accountId} and closed_at is null and started_at is not null
            and state not in ('finished', 'cancelled') and ${ofChannel('broadcast', channel)}
          order by id for update
        ),
        held as (
          insert into broadcast_hold (broadcast_id, reason, since, until, errcode, rid, detail, code,
            params)
          select id, ${reason}, clock_now(), ${until}::timestamptz, ${errcode}::integer, ${rid}::text,
            ${detail}::text, ${code}::text, ${JSON.stringify(params ?? {})}::jsonb
          from open
          on conflict do nothing
          returning broadcast_id
        )
        insert into broadcast_event (broadcast_id, at, kind, data)
        select broadcast_id, clock_now(), 'held', ${said}::jsonb from held`.execute(tx);
      if (numAffectedRows === 0n) return;
      await stopClaims(tx, accountId);
      audit({
        action: 'broadcast.hold',
        target: { kind: 'account' },
        accountId,
        after: { broadcasts: Number(numAffectedRows) },
        reason: [code ?? reason, channel, detail].filter(Boolean).join(': '),
      });
    });
  }

  /** Lifts one reason from an account's broadcasts, or from those of one channel. */
  async liftAccount(accountId: number, reason: HoldReason, channel?: ChannelName): Promise<void> {
    const whose = sql`b.account_id = ${accountId} and ${ofChannel('b', channel)}`;
    await inTransaction(this.#db, async (tx, audit) => {
      const broadcasts = await this.#lift(tx, whose, sql`h.reason = ${reason}`);
      if (broadcasts === 0) return;
      const [action, target] = ['broadcast.lift', { kind: 'account' }] as const;
      const why = channel === undefined ? reason : `${reason}: ${channel}`;
      audit({ action, target, accountId, after: { broadcasts }, reason: why });
    });
  }

  /** Lifts all holds, of all accounts, whose time has come. */
  async liftExpired(): Promise<void> {
    await this.#lift(this.#db, sql`true`, sql`h.until <= clock_now()`);
  }

  /** How many broadcasts. */
  async #lift(
    db: Kysely<BroadcastTables>,
    whose: RawBuilder<unknown>,
    which: RawBuilder<unknown>,
  ): Promise<number> {
    const { numAffectedRows = 0n } = await sql`
      with open as materialized (
        select b.id from broadcast b
        where b.closed_at is null and b.state not in ('finished', 'cancelled') and ${whose}
          and exists (select from broadcast_hold h where h.broadcast_id = b.id and ${which})
        order by b.id for update of b
      ),
      lifted as (
        delete from broadcast_hold h using open where h.broadcast_id = open.id and ${which}
        returning h.broadcast_id, h.reason
      )
      insert into broadcast_event (broadcast_id, at, kind, data)
      select broadcast_id, clock_now(), 'lifted', jsonb_build_object('reasons', jsonb_agg(reason))
      from lifted group by broadcast_id`.execute(db);
    return Number(numAffectedRows);
  }
}

const ofChannel = (alias: string, channel: ChannelName | undefined): RawBuilder<boolean> =>
  channel === undefined ? sql`true` : sql`${sql.ref(`${alias}.channel`)} = ${channel}`;
