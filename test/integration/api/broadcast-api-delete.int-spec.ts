import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { ApiKeysService } from '../../../src/access/api-keys.service.js';
import { newBroadcastId } from '../../../src/kernel/ids.js';
import type { Answer } from '../../support/worlds/api-app.js';
import {
  BroadcastApiWorld,
  TEMPLATE,
  type TestAccount,
} from '../../support/worlds/broadcast-api-world.js';

const HOUR_MS = 3_600_000;

describe('a broadcast that is deleted', () => {
  let world: BroadcastApiWorld;
  let account: TestAccount;

  beforeAll(async () => {
    world = await BroadcastApiWorld.open();
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    account = await world.account();
  });

  const asked = (change: object = {}): object => ({
    appid: account.appid,
    templateId: TEMPLATE,
    fields: { thing1: '王老师', time2: '2026-12-01 08:00' },
    audience: { kind: 'openids', openids: ['oA', 'oB'] },
    draft: true,
    ...change,
  });
  const create = async (change: object = {}, headers = {}): Promise<string> => {
    const { status, json, text } = await world.post('/v1/broadcasts', asked(change), headers);
    if (status !== 202) throw new Error(text);
    return (json as { id: string }).id;
  };
  const remove = (id: string): Promise<Answer> => world.api.call('DELETE', `/v1/broadcasts/${id}`);
  const verb = (id: string, name: string): Promise<Answer> =>
    world.post(`/v1/broadcasts/${id}/${name}`);
  const patch = (id: string, change: object): Promise<Answer> =>
    world.api.call('PATCH', `/v1/broadcasts/${id}`, change);

  /** Every table that has a `broadcast_id`, so that a later one is looked into as well. */
  const rowsOf = async (id: string): Promise<Record<string, number>> => {
    const { rows: tables } = await sql<{ name: string }>`
      select c.relname as name from pg_attribute a join pg_class c on c.oid = a.attrelid
      where a.attname = 'broadcast_id' and c.relnamespace = 'public'::regnamespace
        and c.relkind in ('r', 'p') and not c.relispartition`.execute(world.db);
    const found: Record<string, number> = {};
    for (const { name } of tables) {
      const { rows } = await sql<{ n: number }>`
        select count(*)::integer as n from ${sql.table(name)}
        where broadcast_id = ${id}`.execute(world.db);
      if (rows[0]!.n > 0) found[name] = rows[0]!.n;
    }
    return found;
  };

  it('a broadcast that is deleted was a draft, and leaves nothing behind: neither members nor events, holds or keys', async () => {
    const key = { 'idempotency-key': `autumn-${account.id}` };
    const id = await create({}, key);
    const neighbour = await create({}, { 'idempotency-key': `winter-${account.id}` });
    await sql`
      insert into broadcast_hold (broadcast_id, reason, since) values (${id}, 'stale', clock_now())`.execute(
      world.db,
    );
    const before = await rowsOf(neighbour);
    expect(await rowsOf(id)).toEqual({ ...before, broadcast_hold: 1 });
    expect(before).toMatchObject({ broadcast_member: 2, broadcast_event: 1, idempotency_key: 1 });

    expect(await remove(id)).toMatchObject({ status: 204, text: '' });

    expect(await rowsOf(id)).toEqual({});
    expect(await world.get(`/v1/broadcasts/${id}`)).toMatchObject({ status: 404 });
    expect(await remove(id)).toMatchObject({
      status: 404,
      json: { code: 'broadcast_not_found' },
    });
    expect(await rowsOf(neighbour)).toEqual(before);
    // Its key is free: the same request makes another, and is not answered with one that is gone.
    expect(await create({}, key)).not.toBe(id);
  });

  it('a broadcast that is deleted is not there: 404, and 400 where it is no id', async () => {
    expect(await remove(newBroadcastId(new Date()))).toMatchObject({
      status: 404,
      json: { code: 'broadcast_not_found' },
    });
    expect(await remove('nothing')).toMatchObject(
      await world.get('/v1/broadcasts/nothing').then(({ status }) => ({ status })),
    );
  });

  it.each([
    ['scheduled', ['start-now', 'undo', 'unschedule', 'cancel']],
    ['running', ['pause', 'resume', 'cancel']],
    ['cancelled', ['archive', 'unarchive']],
  ] as const)(
    'a broadcast that is deleted is refused where it is %s, and stays whole',
    async (state, allowed) => {
      const startAt = new Date(Date.now() + HOUR_MS).toISOString();
      const id = await create(state === 'scheduled' ? { draft: false, startAt } : {});
      if (state === 'running') await verb(id, 'start');
      if (state === 'cancelled') await verb(id, 'cancel');
      const before = await rowsOf(id);

      expect(await remove(id)).toMatchObject({
        status: 409,
        json: { code: 'transition_not_allowed', state, allowed },
      });
      expect(await rowsOf(id)).toEqual(before);
    },
  );

  it('a broadcast that is deleted was allowed to be: a draft names it among its verbs', async () => {
    const id = await create();
    expect(await verb(id, 'pause')).toMatchObject({
      status: 409,
      json: { allowed: ['start', 'cancel', 'delete'] },
    });
  });

  it('a broadcast that is deleted is judged as it is once its row is free: who starts it meanwhile has started it', async () => {
    const id = await create();
    const before = await rowsOf(id);
    const answer = await world.db.transaction().execute(async (tx) => {
      await sql`update broadcast set state = 'running', started_at = clock_now() where id = ${id}`.execute(
        tx,
      );
      const removal = remove(id);
      await Promise.race([removal, someoneWaits()]);
      return { removal };
    });
    expect(await answer.removal).toMatchObject({ status: 409, json: { state: 'running' } });
    expect(await rowsOf(id)).toEqual(before);
  });

  it('a broadcast is deleted or started, not both, however they come together', async () => {
    for (let round = 0; round < 10; round++) {
      const id = await create();
      const [removed, started, changed] = await Promise.all([
        remove(id),
        verb(id, 'start'),
        patch(id, { audience: { kind: 'openids', openids: ['oC'] } }),
      ]);
      const isGone = removed.status === 204;
      expect([removed.status, started.status]).toEqual(isGone ? [204, 404] : [409, 200]);
      // A change came before, or met one that was gone or ran.
      expect([200, 404, 409]).toContain(changed.status);
      if (isGone) expect(await rowsOf(id)).toEqual({});
      else expect((await rowsOf(id))['broadcast_member']).toBeGreaterThan(0);
    }
  });

  it('a broadcast that is deleted ends the streams of whoever watches it', async () => {
    const id = await create();
    const response = await fetch(`${world.api.url}/v1/broadcasts/${id}/events`, {
      headers: { authorization: `Bearer ${world.api.adminKey}` },
    });
    expect(await remove(id)).toMatchObject({ status: 204 });
    expect(await response.text()).toContain('event: end');
  });

  it('a broadcast that is deleted is a matter of senders, as its creation is', async () => {
    const id = await create();
    const key = 'k'.repeat(43);
    await sql`
      insert into api_key (name, role, hash)
      values ('reader', 'viewer', sha256(${key}::text::bytea))`.execute(world.db);
    world.api.app.get(ApiKeysService, { strict: false }).forget();
    const headers = { authorization: `Bearer ${key}` };
    expect(
      await world.api.call('DELETE', `/v1/broadcasts/${id}`, undefined, headers),
    ).toMatchObject({ status: 403 });
    expect(await world.get(`/v1/broadcasts/${id}`)).toMatchObject({ status: 200 });
  });

  /** Until one of ours waits for a lock; a minute at most. */
  async function someoneWaits(): Promise<void> {
    for (let tries = 0; tries < 6_000; tries++) {
      const { rows } = await sql`
        select from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`.execute(world.db);
      if (rows.length > 0) return;
      await sleep(10);
    }
  }
});
