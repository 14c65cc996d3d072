import { sql } from 'kysely';
import { DeliveryList } from '../../../../src/broadcast/deliveries/delivery-list.js';
import type { DeliveryState } from '../../../../src/broadcast/engine/record/states.js';
import type { EngineWorld } from '../../../support/worlds/engine-world.js';

/** From where a delivery may go where; the rest never happens. */
const MOVES: Readonly<Partial<Record<DeliveryState, readonly DeliveryState[]>>> = {
  pending: ['queued', 'skipped', 'unknown', 'accepted', 'reviewing'],
  queued: ['sending', 'pending', 'skipped', 'unknown', 'accepted', 'reviewing'],
  sending: ['accepted', 'reviewing', 'refused', 'pending', 'unknown'],
  accepted: ['delivered', 'blocked', 'failed', 'pending'],
  reviewing: ['accepted', 'delivered', 'blocked', 'failed', 'refused', 'unknown'],
  unknown: ['accepted', 'reviewing', 'delivered', 'blocked', 'failed'],
};

const BAD_STATES = ['refused', 'unknown', 'blocked', 'failed'] as const;

/** Keeps a list of every move of every delivery, beside the engine's own books. */
export async function recordMoves({ db }: EngineWorld): Promise<void> {
  await sql`create table move (broadcast_id uuid, openid text, was text, becomes text)`.execute(db);
  await sql`
    create function record_move() returns trigger language plpgsql as $$ begin
      insert into move values (new.broadcast_id, new.openid, old.state, new.state);
      return null;
    end $$`.execute(db);
  await sql`
    create trigger record_move after update on delivery for each row
    when (old.state is distinct from new.state) execute function record_move()`.execute(db);
}

/** What a person sees as failed is what failed. */
export async function expectProblemsToAgree(
  { db, hot, counters }: EngineWorld,
  id: string,
): Promise<void> {
  const rows = await db
    .selectFrom('delivery')
    .select(['openid', 'state', 'errcode'])
    .where('broadcastId', '=', id)
    .execute();
  const lists = new DeliveryList(hot);
  for (const state of BAD_STATES) {
    const listed = await lists.list(id, { state }, undefined, 100);
    const openids = (of: readonly { openid: string; state: string }[]) =>
      of.map((row) => `${row.state} ${row.openid}`).toSorted();
    expect(openids(listed.items)).toEqual(openids(rows.filter((row) => row.state === state)));
  }
  const expected = new Map<number, number>();
  for (const { state, errcode } of rows)
    if (errcode !== null && (state === 'refused' || state === 'unknown'))
      expected.set(errcode, (expected.get(errcode) ?? 0) + 1);
  const counted = await counters.errors(id);
  expect(new Map(counted.map(({ errcode, count }) => [errcode, count]))).toEqual(expected);
}

/** What is under review is on the list of it. (A mover that began before the list had it leaves its entry.) */
export async function expectReviewsToBeListed({ db }: EngineWorld, id: string): Promise<void> {
  const { rows } = await sql`
    select openid from delivery where broadcast_id = ${id} and state = 'reviewing'
    except select openid from delivery_review where broadcast_id = ${id}`.execute(db);
  expect(rows).toEqual([]);
}

/** No delivery went where none goes. */
export async function expectLegalMoves({ db }: EngineWorld, id: string): Promise<void> {
  const { rows } = await sql<{ was: DeliveryState; becomes: DeliveryState; openid: string }>`
      select was, becomes, openid from move where broadcast_id = ${id}`.execute(db);
  expect(rows.filter(({ was, becomes }) => !MOVES[was]?.includes(becomes))).toEqual([]);
}
