import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { BroadcastWatches } from '../../../src/broadcast/progress/live/broadcast-watches.js';
import { cancel } from '../../../src/broadcast/engine/lifecycle/cancel.js';
import { Holds } from '../../../src/broadcast/engine/holds/holds.js';
import { EventReader } from '../../support/api/event-reader.js';
import { BroadcastApiWorld, type TestAccount } from '../../support/worlds/broadcast-api-world.js';

describe('the events of a broadcast', () => {
  let world: BroadcastApiWorld;
  let account: TestAccount;
  let holds: Holds;
  let readers: EventReader[];

  beforeAll(async () => {
    world = await BroadcastApiWorld.open();
    holds = world.api.app.get(Holds, { strict: false });
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    account = await world.account();
    readers = [];
  });
  afterEach(async () => {
    for (const reader of readers) reader.close();
    while (watches().size > 0) await sleep(20);
  });

  const openIn = ({ api }: BroadcastApiWorld, id: string, lastEventId?: string) =>
    EventReader.open(`${api.url}/v1/broadcasts/${id}/events`, {
      authorization: `Bearer ${api.adminKey}`,
      ...(lastEventId !== undefined && { 'last-event-id': lastEventId }),
    });
  const open = async (id: string, lastEventId?: string): Promise<EventReader> => {
    const reader = await openIn(world, id, lastEventId);
    readers.push(reader);
    return reader;
  };
  const watches = () => world.api.app.get(BroadcastWatches, { strict: false });
  const close = (id: string) =>
    sql`update broadcast set state = 'finished', ended_at = clock_now(), closed_at = clock_now()
      where id = ${id}`.execute(world.db);

  it('the events of a broadcast begin with how far it is, then tell what happens to it', async () => {
    const id = await world.broadcast(account, { oA: { state: 'pending' } });
    const reader = await open(id);

    expect(reader.response.headers.get('content-type')).toContain('text/event-stream');
    const first = await reader.progress();
    expect(first.data).toMatchObject({ state: 'running', total: 1, counts: { pending: 1 } });
    await holds.hold(id, { reason: 'operator' });
    expect((await reader.state('held')).data).toMatchObject({ data: { reason: 'operator' } });
    await reader.progress(({ state }) => state === 'paused');
    await world.count(id, 'settle', { pending: -1, accepted: 1 });
    await reader.progress(({ receiptsOpen }) => receiptsOpen === 1);
  });

  it('the events of a broadcast tell progress at most twice a second, however fast it moves and whoever joins', async () => {
    const id = await world.broadcast(account);
    const began = performance.now();
    const reader = await open(id);
    for (let i = 0; i < 30; i++) {
      await world.count(id, `settle-${i}`, { accepted: 1 });
      if (i % 10 === 5) await open(id);
      await sleep(50);
    }
    await reader.progress(({ total }) => total === 30);
    const seconds = (performance.now() - began) / 1000;
    const told = reader.told.filter(({ event }) => event === 'progress');
    expect(told.length).toBeLessThanOrEqual(2 * seconds + 1);
    expect(told.length).toBeGreaterThan(1);
  });

  it('the events of a broadcast that happened before a fresh reader came are not told as if they happened now', async () => {
    const id = await world.broadcast(account);
    await holds.hold(id, { reason: 'operator' });
    const reader = await open(id);
    await reader.progress();
    await holds.lift(id, ['operator']);
    await reader.state('lifted');
    expect(reader.told.filter(({ event }) => event === 'state')).toHaveLength(1);
  });

  it('the events of a broadcast resume after the last one that was seen: none is missed, none told twice', async () => {
    const id = await world.broadcast(account);
    const first = await open(id);
    await first.progress();
    await holds.hold(id, { reason: 'operator' });
    const held = await first.state('held');
    first.close();
    await holds.lift(id, ['operator']);
    await holds.hold(id, { reason: 'problem', errcode: 43116 });

    const second = await open(id, held.id);
    await second.until('state', ({ data }) => (data as { errcode?: number }).errcode === 43116);
    expect(
      second.told.filter(({ event }) => event === 'state').map(({ data }) => data['kind']),
    ).toEqual(['lifted', 'held']);
  });

  it('the events of a broadcast resume too for a reader who had seen progress only', async () => {
    const id = await world.broadcast(account);
    await holds.hold(id, { reason: 'quota' });
    const first = await open(id);
    const { id: seen } = await first.progress();
    first.close();
    await holds.lift(id, ['quota']);
    await (await open(id, seen)).state('lifted');
  });

  it('the events of a broadcast are told from the very beginning to who asks for 0', async () => {
    const id = await world.broadcast(account);
    await holds.hold(id, { reason: 'operator' });
    await holds.lift(id, ['operator']);
    const reader = await open(id, '0');
    await reader.state('held');
    await reader.state('lifted');
  });

  it('the events of a broadcast are read once for all who watch, and not at all when nobody does', async () => {
    const id = await world.broadcast(account);
    const [one, two] = [await open(id), await open(id, '0')];
    await Promise.all([one.progress(), two.progress()]);
    expect(watches().size).toBe(1);

    one.close();
    await holds.hold(id, { reason: 'operator' });
    await two.state('held');
    expect(watches().size).toBe(1);
    two.close();
    while (watches().size > 0) await sleep(20);
  });

  it('the events of a broadcast are not read for a reader who left while they were looked up', async () => {
    const id = await world.broadcast(account, { oA: { state: 'pending' } });
    const server = world.api.app.getHttpServer();
    const gone = new Promise<void>((resolve) =>
      server.once('request', (_request, response: ServerResponse) =>
        response.once('close', () => resolve()),
      ),
    );
    const leaving = new AbortController();
    await world.db.transaction().execute(async (tx) => {
      await sql`lock table broadcast_counter in access exclusive mode`.execute(tx);
      const left = fetch(`${world.api.url}/v1/broadcasts/${id}/events`, {
        headers: { authorization: `Bearer ${world.api.adminKey}`, 'last-event-id': '0' },
        signal: leaving.signal,
      }).catch(() => {});
      for (let waiting = 0; waiting === 0;) {
        const { rows } = await sql`select from pg_locks where not granted`.execute(tx);
        waiting = rows.length;
      }
      leaving.abort();
      await left;
      await gone;
    });
    // What was asked after it is answered after it.
    const after = await open(id);
    while (watches().size === 0) await sleep(20);
    after.close();
    while (watches().size > 0) await sleep(20);
  });

  it('the events of a broadcast end once it is closed and every receipt has come, and a browser is told not to come back', async () => {
    const id = await world.broadcast(account, { oA: { state: 'accepted', msgid: '1' } });
    const reader = await open(id);
    await reader.progress();
    await close(id);
    await reader.progress(({ state, receiptsOpen }) => state === 'finished' && receiptsOpen === 1);
    await world.count(id, 'match', { accepted: -1, delivered: 1 });
    const end = await reader.until('end');
    expect(reader.told.at(-2)?.data).toMatchObject({ counts: { delivered: 1 } });
    while (!reader.ended || watches().size > 0) await sleep(20);

    expect((await open(id, end.id)).response.status).toBe(204);
    // Somebody new still gets to see how it ended.
    const late = await open(id);
    await late.progress(({ state }) => state === 'finished');
    await late.until('end');
  });

  it('the events of a broadcast keep their readers while the database cannot be read, and go on afterwards', async () => {
    const id = await world.broadcast(account);
    const reader = await open(id);
    await reader.progress();
    await sql`alter table broadcast_event rename to broadcast_event_away`.execute(world.db);
    await sleep(600); // longer than the time between two looks
    await sql`alter table broadcast_event_away rename to broadcast_event`.execute(world.db);
    await holds.hold(id, { reason: 'operator' });
    await reader.state('held');
  });

  it('the events of a broadcast let the process end while somebody watches', async () => {
    const other = await BroadcastApiWorld.open();
    const reader = await openIn(other, await other.broadcast(await other.account()));
    await reader.progress();
    await other.close();
    await reader.end();
  });

  it('the events of a cancelled broadcast say that it was cancelled', async () => {
    const id = await world.broadcast(account, { oA: { state: 'pending' } });
    const reader = await open(id);
    await reader.progress();
    await world.db.transaction().execute((tx) => cancel(tx, id));
    await reader.state('cancelled');
    await reader.progress(({ state }) => state === 'cancelled');
  });

  it('the events of a broadcast are not there for an unknown broadcast, nor without a key', async () => {
    const path = '/v1/broadcasts/01900000-0000-7000-8000-000000000000/events';
    expect((await world.get(path)).status).toBe(404);
    expect((await world.api.call('GET', path, undefined, {})).status).toBe(401);
  });
});
