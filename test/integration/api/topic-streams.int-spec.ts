import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { Holds } from '../../../src/broadcast/engine/holds/holds.js';
import { ApiKeysService } from '../../../src/access/api-keys.service.js';
import { hashOf } from '../../../src/access/secret-hash.js';
import { EventReader } from '../../support/api/event-reader.js';
import { BroadcastApiWorld, type TestAccount } from '../../support/worlds/broadcast-api-world.js';

describe('a stream of many topics', () => {
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
  afterEach(() => {
    for (const reader of readers) reader.close();
  });

  const openAt = async (
    path: string,
    key = world.api.adminKey,
    last?: string,
  ): Promise<EventReader> => {
    const reader = await EventReader.open(`${world.api.url}${path}`, {
      authorization: `Bearer ${key}`,
      ...(last !== undefined && { 'last-event-id': last }),
    });
    readers.push(reader);
    return reader;
  };
  const open = (topics: readonly string[], key?: string, last?: string): Promise<EventReader> =>
    openAt(`/v1/events?topics=${topics.join(',')}`, key, last);
  /** A key for one account, or for all. */
  const keyFor = async (appid: string): Promise<string> => {
    const key = `key-of-${appid}`;
    await sql`
      with made as (
        insert into api_key (name, hash) values (${key}, ${hashOf(key)}) returning id
      )
      insert into role_grant (api_key_id, account_id, role)
      select made.id, a.id, 'viewer' from made, account a where a.appid = ${appid}`.execute(
      world.db,
    );
    return key;
  };

  it('a stream of many topics tells of each broadcast by its id, and of an account when it changes', async () => {
    const [one, two] = [await world.broadcast(account), await world.broadcast(account)];
    const reader = await open([
      `broadcast:${one}`,
      `broadcast:${two}`,
      `account:${account.appid}`,
      'me',
    ]);
    await reader.until('progress', ({ id }) => id === one);
    await reader.until('progress', ({ id }) => id === two);
    await holds.hold(two, { reason: 'operator' });
    const held = await reader.until('state', ({ id }) => id === two);
    expect(held.data).toMatchObject({
      kind: 'held',
      zh: expect.any(String) as string,
      actor: null,
    });
    await reader.until(
      'why',
      ({ id, shown }) => id === two && (shown as { state: string }).state === 'paused',
    );
    await sleep(2_500); // until the account has been looked at once
    await sql`update account set held_at = clock_now() where id = ${account.id}`.execute(world.db);
    expect((await reader.until('account')).data).toEqual({
      appid: account.appid,
      held: true,
      fault: null,
    });
  });

  it('a stream of many topics resumes each broadcast where it was, and tells nothing twice', async () => {
    const [one, two] = [await world.broadcast(account), await world.broadcast(account)];
    const topics = [`broadcast:${one}`, `broadcast:${two}`];
    const first = await open(topics);
    await first.until('progress', ({ id }) => id === two);
    await first.until('progress', ({ id }) => id === one);
    await holds.hold(one, { reason: 'operator' });
    const { id: last } = await first.until('state', ({ id }) => id === one);
    first.close();
    await holds.lift(one, ['operator']);
    await holds.hold(two, { reason: 'quota' });
    const second = await open(topics, undefined, last);
    await second.until('state', ({ id, kind }) => id === one && kind === 'lifted');
    await second.until('state', ({ id, kind }) => id === two && kind === 'held');
    expect(second.told.filter(({ event }) => event === 'state')).toHaveLength(2);
  });

  it('a stream of many topics tells all from the beginning where it is asked to by its address, as browsers have no header at first', async () => {
    const id = await world.broadcast(account);
    await holds.hold(id, { reason: 'operator' });
    const reader = await openAt(`/v1/events?topics=broadcast:${id}&from=0`);
    await reader.until('state', ({ kind }) => kind === 'held');
  });

  it('a stream of many topics is of the caller’s accounts only: what is another’s does not exist', async () => {
    const other = await world.account();
    const [mine, theirs] = [await world.broadcast(account), await world.broadcast(other)];
    const key = await keyFor(account.appid);
    const keys = world.api.app.get(ApiKeysService, { strict: false });
    keys.forget();
    expect((await open([`broadcast:${mine}`], key)).response.status).toBe(200);
    expect((await open([`broadcast:${mine}`, `broadcast:${theirs}`], key)).response.status).toBe(
      404,
    );
    expect((await open([`account:${other.appid}`], key)).response.status).toBe(404);
    expect((await open(['everything'], key)).response.status).toBe(400);
  });
});

describe('what happened to a broadcast, and why it does not send', () => {
  let world: BroadcastApiWorld;
  let account: TestAccount;
  beforeAll(async () => {
    world = await BroadcastApiWorld.open();
    account = await world.account();
  });
  afterAll(() => world.close());

  it('what happened to a broadcast is told newest first, by whom, in both languages, page by page', async () => {
    const id = await world.broadcast(account);
    await world.post(`/v1/broadcasts/${id}/pause`);
    await world.api.app
      .get(Holds, { strict: false })
      .hold(id, { reason: 'quota', until: new Date(Date.now() + 60_000) });
    await world.post(`/v1/broadcasts/${id}/resume`);
    const { items, pages } = await world.all(`/v1/broadcasts/${id}/timeline?limit=2`);
    expect(pages).toBe(2);
    const by = expect.objectContaining({ kind: 'key', name: 'bootstrap' }) as object;
    expect(items).toMatchObject([
      { kind: 'lifted', actor: by, zh: '继续发送，已解除：手动暂停。' },
      { kind: 'held', actor: null, params: { reason: 'quota' } },
      { kind: 'held', actor: by, en: 'Paused by hand. Resume lets it go on.' },
    ]);
  });

  it('why a broadcast does not send is told gate by gate, and what needs a person comes before what lifts by itself', async () => {
    const id = await world.broadcast(account, { oA: { state: 'pending' } });
    const holds = world.api.app.get(Holds, { strict: false });
    const why = async () =>
      (await world.get(`/v1/broadcasts/${id}/why`)).json as {
        sends: boolean;
        sentence: { code: string };
        gates: {
          gate: string;
          ok: boolean;
          fact: { code: string };
          liftsAt?: string;
          fix?: { call: string };
        }[];
      };
    await sql`insert into worker_process (id, sends, seen_at) values ('w', 10, clock_now())`
      .execute(world.db)
      .catch(() => undefined);
    const until = new Date(Date.now() + 3_600_000);
    await holds.hold(id, { reason: 'quota', until });
    await holds.hold(id, { reason: 'problem', code: 'blocks' });
    const both = await why();
    expect(both.sentence.code).toBe('blocks');
    expect(both.gates.map(({ gate }) => gate)).toEqual([
      'account_ok',
      'account_open',
      'due',
      'undo',
      'hours',
      'unpaused',
      'protection',
      'canary',
      'quota',
      'rate',
      'work',
      'worker',
    ]);
    expect(both.gates.filter(({ ok, gate }) => !ok && gate !== 'worker')).toMatchObject([
      { gate: 'protection', fix: { call: `POST /v1/broadcasts/${id}/resume` } },
      { gate: 'quota', liftsAt: until.toISOString() },
    ]);
    await world.post(`/v1/broadcasts/${id}/resume`);
    expect((await why()).sentence.code).toBe('quota');
    await holds.lift(id, ['quota']);
    await sql`update account set held_at = clock_now() where id = ${account.id}`.execute(world.db);
    expect((await why()).sentence.code).toBe('account_held');
    await sql`update account set held_at = null where id = ${account.id}`.execute(world.db);
    await world.post(`/v1/broadcasts/${id}/cancel`);
    expect(await why()).toMatchObject({ sends: false, sentence: { code: 'ended' } });
  });
});
