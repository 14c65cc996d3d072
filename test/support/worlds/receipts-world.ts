import { sql } from 'kysely';
import type { Claim } from '../../../src/broadcast/engine/send/claim.service.js';
import { ReceiptsService } from '../../../src/broadcast/engine/receipts/receipts.service.js';
import { EngineWorld } from './engine-world.js';

export type Receipt = Parameters<ReceiptsService['record']>[0][number];

/** A moment this many seconds from now, whole as WeChat's are. */
export const inSeconds = (seconds: number): Date =>
  new Date(Math.floor(Date.now() / 1_000 + seconds) * 1_000);

/** What tests of receipts do with the engine's services. */
export class ReceiptsWorld {
  constructor(readonly engine: EngineWorld) {}

  static async open(...given: Parameters<typeof EngineWorld.open>): Promise<ReceiptsWorld> {
    return new ReceiptsWorld(await EngineWorld.open(...given));
  }

  receipt(change: Partial<Receipt> = {}): Receipt {
    return {
      accountId: this.engine.accountId,
      openid: 'amy',
      msgid: '7',
      createTime: inSeconds(0),
      status: 'success',
      kind: 'template',
      ...change,
    };
  }

  async receive(...changes: Partial<Receipt>[]): Promise<void> {
    await this.engine.receipts.record(changes.map((change) => this.receipt(change)));
  }

  /** A broadcast whose only recipient is being sent to. */
  async sendTo(openid = 'amy'): Promise<{ id: string; claim: Claim }> {
    const id = await this.engine.broadcastTo(openid);
    return { id, claim: await this.claim(id) };
  }

  async claim(id: string): Promise<Claim> {
    const [nudge] = await this.engine.release(id);
    const claim = nudge && (await this.engine.claims.claim(nudge));
    if (!claim) throw new Error('not granted');
    return claim;
  }

  /** A broadcast whose only delivery WeChat accepted, with this msgid or without. */
  async accepted(msgid: string | null = '7', openid = 'amy'): Promise<string> {
    const { id, claim } = await this.sendTo(openid);
    await this.engine.settlements.settle(claim, { kind: 'accepted', msgid });
    return id;
  }

  /** One whose answer was lost, and whose second try was refused with this code. */
  async unknown(errcode = 43004, openid = 'amy'): Promise<string> {
    const { id, claim } = await this.sendTo(openid);
    await this.engine.settlements.settle(claim, { kind: 'doubtful', delayMs: 0 });
    const again = await this.claim(id);
    await this.engine.settlements.settle(again, { kind: 'refused', errcode, rid: 'r' });
    return id;
  }

  /** A round of the periodic task, when every receipt that waits is due for its next match. */
  async matchDue(): Promise<void> {
    await sql`update receipt set look_at = clock_now() where look_at < 'infinity'`.execute(
      this.engine.db,
    );
    await this.engine.unmatchedReceipts.run();
  }

  /** Everything that was said and who it was put to: `msgid broadcast how`. */
  async receipts() {
    return this.engine.db
      .selectFrom('receipt')
      .select(['msgid', 'openid', 'status', 'broadcastId', 'matchedBy'])
      .orderBy('msgid')
      .orderBy('createTime')
      .execute();
  }

  async tally(what: string): Promise<number> {
    const { rows } = await sql<{ n: number }>`
      select coalesce(sum(count), 0)::integer as n from broadcast_tally where what = ${what}`.execute(
      this.engine.db,
    );
    return rows[0]!.n;
  }

  async suppressed(): Promise<{ openid: string; reason: string; since: Date }[]> {
    const { rows } = await sql<{ openid: string; reason: string; since: Date }>`
      select openid, reason, since from suppression order by openid`.execute(this.engine.db);
    return rows;
  }

  /** Counters, problems and the counts by errcode say what the rows say. */
  async expectBooksToAgree(): Promise<void> {
    const { db } = this.engine;
    const broadcasts = await db.selectFrom('broadcast').select('id').execute();
    for (const { id } of broadcasts) await this.engine.expectCountersToAgree(id);
    const { rows: problems } = await sql`
      select broadcast_id, openid, state, errcode from delivery_problem order by 1, 2`.execute(db);
    const { rows: bad } = await sql`
      select broadcast_id, openid, state, coalesce(errcode, 0) as errcode from delivery
      where state in ('refused', 'unknown', 'blocked', 'failed') order by 1, 2`.execute(db);
    expect(problems).toEqual(bad);
    const { rows: counted } = await sql`
      select broadcast_id, errcode, sum(count)::integer as n from broadcast_error
      group by 1, 2 having sum(count) <> 0 order by 1, 2`.execute(db);
    const { rows: errors } = await sql`
      select broadcast_id, errcode, count(*)::integer as n from delivery
      where state in ('refused', 'unknown') and errcode is not null group by 1, 2 order by 1, 2`.execute(
      db,
    );
    expect(counted).toEqual(errors);
  }

  close(): Promise<void> {
    return this.engine.close();
  }
}
