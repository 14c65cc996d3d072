import { Injectable } from '@nestjs/common';
import { Kysely, type Selectable, sql, type Transaction } from 'kysely';
import type {
  PreflightProblem,
  PreflightSample,
  BroadcastTables,
} from '../../engine/record/engine.tables.js';
import type { CountedPage } from './preflight-page.js';

export type PreflightRow = Selectable<BroadcastTables['preflight']>;

const COLUMNS = sql`id, account_id, broadcast_id, revision, basis, channel, template_id, message, audience, settings,
  contact_cap, state, turn, tries, cursor, sources, duplicates, excluded, suppressed, unsubscribed, invalid, cap,
  recipients, samples, problem, asked_at, taken_at, alive_at, read_from, read_to`;

/** Longer than a worker is silent that is on it. */
const SILENCE = '30 seconds';

/** The worker that was on it is not any more: another one is, or it is gone. */
export class NotMine extends Error {}

/** Statements of workers on preflights. */
@Injectable()
export class WalksRepository {
  readonly #db: Kysely<BroadcastTables>;

  constructor(db: Kysely<BroadcastTables>) {
    this.#db = db;
  }

  /** Takes the oldest that nobody is on; each caller gets another one. */
  async take(): Promise<PreflightRow | undefined> {
    const { rows } = await sql<PreflightRow>`
      update preflight set turn = turn + 1, tries = tries + 1, alive_at = clock_now(),
        taken_at = coalesce(taken_at, clock_now())
      where id = (
        select id from preflight
        where state = 'running' and (alive_at is null or alive_at < clock_now() - ${SILENCE}::interval)
        order by asked_at limit 1 for update skip locked
      )
      returning ${COLUMNS}`.execute(this.#db);
    return rows[0];
  }

  async isWaiting(): Promise<boolean> {
    const { rows } = await sql`
      select from preflight
      where state = 'running' and (alive_at is null or alive_at < clock_now() - ${SILENCE}::interval)
      limit 1`.execute(this.#db);
    return rows.length > 0;
  }

  /** For another worker, which may go on at once. */
  async leave({ id, turn }: PreflightRow): Promise<void> {
    await sql`
      update preflight set alive_at = null, tries = tries - 1
      where id = ${id} and turn = ${turn} and state = 'running'`.execute(this.#db);
  }

  async fail({ id, turn }: PreflightRow, problem: PreflightProblem): Promise<void> {
    await this.#db
      .updateTable('preflight')
      .set({ state: 'failed', problem: JSON.stringify(problem), aliveAt: null })
      .where('id', '=', id)
      .where('turn', '=', turn)
      .where('state', '=', 'running')
      .execute();
  }

  inTransaction<T>(work: (tx: Transaction<BroadcastTables>) => Promise<T>): Promise<T> {
    return this.#db.transaction().execute(work);
  }

  /** The next openids of a list that belongs to the preflight itself. */
  async membersAfter(
    tx: Transaction<BroadcastTables>,
    id: string,
    after: string,
    limit: number,
  ): Promise<string[]> {
    const rows = await tx
      .selectFrom('preflightMember')
      .select('openid')
      .where('preflightId', '=', id)
      .where('openid', '>', sql<string>`${after} collate "C"`)
      .orderBy('openid')
      .limit(limit)
      .execute();
    return rows.map(({ openid }) => openid);
  }

  /** Adds a page, in the transaction that has read it: what another worker has counted meanwhile is not counted again. */
  async add(
    tx: Transaction<BroadcastTables>,
    { id, turn, cursor }: PreflightRow,
    page: CountedPage & { readonly invalid: number },
    samples: readonly PreflightSample[],
  ): Promise<PreflightRow> {
    const { sources, horizon, done } = page;
    const { rows } = await sql<PreflightRow>`
      update preflight p set
        sources = array(
          select coalesce(p.sources[i], 0) + n from unnest(${[...sources]}::integer[]) with ordinality s (n, i)
          order by i),
        duplicates = p.duplicates + ${page.duplicates},
        excluded = p.excluded + ${page.excluded},
        suppressed = p.suppressed + ${page.suppressed},
        unsubscribed = p.unsubscribed + ${page.unsubscribed},
        invalid = p.invalid + ${page.invalid},
        cap = p.cap + ${page.cap},
        recipients = p.recipients + ${page.recipients},
        samples = ${JSON.stringify(samples)}::jsonb,
        cursor = ${horizon},
        tries = 0,
        alive_at = clock_now(),
        read_from = coalesce(p.read_from, p.taken_at, clock_now()),
        read_to = clock_now(),
        state = case when ${done} then 'done' else 'running' end
      where id = ${id} and turn = ${turn} and cursor = ${cursor} and state = 'running'
      returning ${COLUMNS}`.execute(tx);
    const [row] = rows;
    if (row === undefined) throw new NotMine(`preflight ${id} is another worker's`);
    return row;
  }

  /**
   * Removes a lot of what nobody can use any more, as it says how things were: first the list of the oldest, which may be
   * hundreds of thousands long. False once nothing is left.
   */
  async removeOlderThan(days: number, lot = 10_000): Promise<boolean> {
    const old = await this.#db
      .selectFrom('preflight')
      .select('id')
      .where('askedAt', '<', sql<Date>`clock_now() - make_interval(days => ${days})`)
      .orderBy('askedAt')
      .limit(1)
      .executeTakeFirst();
    if (old === undefined) return false;
    const members = await this.#db
      .selectFrom('preflightMember')
      .select('openid')
      .where('preflightId', '=', old.id)
      .orderBy('openid')
      .limit(lot)
      .execute();
    const last = members.at(-1);
    if (last !== undefined)
      await this.#db
        .deleteFrom('preflightMember')
        .where('preflightId', '=', old.id)
        .where('openid', '<=', last.openid)
        .execute();
    if (members.length < lot)
      await this.#db.deleteFrom('preflight').where('id', '=', old.id).execute();
    return true;
  }
}
