import { sql } from 'kysely';
import { PreflightWalk } from '../../../src/broadcast/preflight/walk/preflight-walk.js';
import { PreflightWorkerModule } from '../../../src/broadcast/preflight/walk/preflight.worker.module.js';
import {
  NotMine,
  WalksRepository,
} from '../../../src/broadcast/preflight/walk/walks.repository.js';
import {
  BroadcastApiWorld,
  TEMPLATE,
  type TestAccount,
} from '../../support/worlds/broadcast-api-world.js';

const FIELDS = { thing1: '王老师', time2: '2026年12月1日 19:30' };
const people = (count: number): string[] =>
  Array.from({ length: count }, (_, n) => `o${String(n).padStart(4, '0')}`);

interface Shown {
  readonly id: string;
  readonly state: string;
  readonly stale: boolean;
  readonly counts: Readonly<Record<string, number>>;
  readonly scanned: number;
  readonly waitingFor?: string;
  readonly blockers: readonly { code: string; zh: string; en: string; fix: { zh: string } }[];
  readonly warnings: readonly { code: string }[];
  readonly quota: {
    plan: { day: string; count: number }[];
    reservedPlan: { day: string; count: number }[];
    reserved: number;
  };
  readonly samples: readonly { openid: string; fields: Record<string, string> }[];
  readonly asOf: { from: string; to: string } | null;
  readonly endsAt: string | null;
  readonly etaSeconds: number | null;
}

describe('a preflight', () => {
  let world: BroadcastApiWorld;
  let walk: PreflightWalk;
  let walks: WalksRepository;

  beforeAll(async () => {
    world = await BroadcastApiWorld.open({}, [PreflightWorkerModule]);
    walk = world.api.app.get(PreflightWalk, { strict: false });
    walks = world.api.app.get(WalksRepository, { strict: false });
  });
  afterAll(() => world.close());

  const body = (account: TestAccount, more: object = {}) => ({
    appid: account.appid,
    templateId: TEMPLATE,
    fields: FIELDS,
    audience: { kind: 'all' },
    ...more,
  });
  const read = async (id: string): Promise<Shown> => {
    const { status, json, text } = await world.get(`/v1/broadcasts/preflight/${id}`);
    if (status !== 200) throw new Error(text);
    return json as Shown;
  };
  const asked = async (path: string, given: object = {}): Promise<Shown> => {
    const { status, json, text } = await world.post(path, given);
    if (status !== 202) throw new Error(`${status} ${text}`);
    return json as Shown;
  };
  /** To the end, as a worker does it. */
  const walked = async (id: string): Promise<Shown> => {
    const row = await walks.take();
    expect(row?.id).toBe(id);
    await walk.run(row!, new AbortController().signal);
    return read(id);
  };
  const draft = async (account: TestAccount, more: object = {}): Promise<string> => {
    const { json } = await world.post('/v1/broadcasts', { ...body(account, more), draft: true });
    return (json as { id: string }).id;
  };
  const suppress = (account: TestAccount, openid: string) =>
    sql`insert into suppression (account_id, openid, reason, since)
      values (${account.id}, ${openid}, 'manual', clock_now())`.execute(world.db);
  const policy = (account: TestAccount, value: object) =>
    sql`update account set policy = ${JSON.stringify(value)}::jsonb where id = ${account.id}`.execute(
      world.db,
    );

  it('a preflight counts down from the audience to the last recipient, and the first reason counts', async () => {
    const account = await world.account();
    await world.synced(account, people(40), ['oGone1', 'oGone2']);
    await suppress(account, 'o0001');
    await suppress(account, 'oGone1');
    const listed = ['o0001', 'o0002', 'oGone1', 'oGone2', 'oStranger'];

    const { id, state } = await asked(
      '/v1/broadcasts/preflight',
      body(account, { audience: { kind: 'openids', openids: listed } }),
    );
    expect(state).toBe('running');
    const shown = await walked(id);

    expect(shown.counts).toEqual({
      sources: 5,
      duplicates: 0,
      excluded: 0,
      suppressed: 2,
      unsubscribed: 1,
      invalid: 0,
      cap: 0,
      recipients: 2,
    });
    expect(shown.samples.map(({ openid }) => openid)).toEqual(['o0002', 'oStranger']);
    expect(shown.samples[0]?.fields).toEqual(FIELDS);
    expect(shown).toMatchObject({ state: 'done', stale: false, scanned: 5, blockers: [] });
    expect(Date.parse(shown.asOf!.from)).toBeLessThanOrEqual(Date.parse(shown.asOf!.to));
  });

  it('a preflight counts what one would count by hand, whoever is in it, whatever the page', async () => {
    for (let round = 0; round < 12; round++) {
      const account = await world.account();
      const all = people(60).map((openid) => `${openid}r${round}`);
      const some = (share: number) => all.filter(() => Math.random() < share);
      const [left, spared, got] = [some(0.2), some(0.2), some(0.3)];
      const given = some(0.7);
      if (given.length === 0) continue;
      await world.synced(
        account,
        all.filter((openid) => !left.includes(openid)),
        left,
      );
      for (const openid of spared) await suppress(account, openid);
      const sent = Object.fromEntries(
        got.map((openid) => [openid, { state: 'delivered' as const }]),
      );
      await world.broadcast(account, sent);
      await sql`update delivery set claimed_at = clock_now() where account_id = ${account.id}`.execute(
        world.db,
      );
      await policy(account, { contactCap: { n: 1, days: 7 } });

      const isListed = round % 2 === 0;
      const audience = isListed ? { kind: 'openids', openids: given } : { kind: 'all' };
      const { id } = await asked('/v1/broadcasts/preflight', body(account, { audience }));
      let row = (await walks.take())!;
      while (row.state === 'running')
        row = await walk.page(row, 1 + Math.floor(Math.random() * 25));

      const sources = isListed ? given : all.filter((openid) => !left.includes(openid));
      const why = (openid: string): string => {
        if (spared.includes(openid)) return 'suppressed';
        if (left.includes(openid)) return 'unsubscribed';
        return got.includes(openid) ? 'cap' : 'recipients';
      };
      const counted = Map.groupBy(sources, why);
      const count = (reason: string): number => counted.get(reason)?.length ?? 0;
      expect((await read(id)).counts).toEqual({
        sources: sources.length,
        duplicates: 0,
        excluded: 0,
        suppressed: count('suppressed'),
        unsubscribed: count('unsubscribed'),
        invalid: 0,
        cap: count('cap'),
        recipients: count('recipients'),
      });
    }
  });

  it('a preflight is gone on with by another worker where one was killed, and nobody is counted twice', async () => {
    const account = await world.account();
    await world.synced(account, people(100));
    for (const n of [3, 50, 99]) await suppress(account, people(100)[n]!);
    const { id } = await asked('/v1/broadcasts/preflight', body(account));

    const killed = (await walks.take())!;
    const half = await walk.page(killed, 30);
    expect(await walks.take()).toBeUndefined();
    await sql`update preflight set alive_at = clock_now() - interval '1 minute' where id = ${id}`.execute(
      world.db,
    );
    const second = (await walks.take())!;
    expect(second.cursor).toBe(half.cursor);
    await expect(walk.page(half, 30)).rejects.toThrow(NotMine);
    let row = second;
    while (row.state === 'running') row = await walk.page(row, 7);

    expect((await read(id)).counts).toMatchObject({ sources: 100, suppressed: 3, recipients: 97 });
  });

  it('a preflight counts a list of openids that is longer than a page, whatever the page', async () => {
    const account = await world.account();
    await world.synced(account, people(10));
    const openids = people(57).reverse();
    const { id } = await asked(
      '/v1/broadcasts/preflight',
      body(account, { audience: { kind: 'openids', openids } }),
    );
    let row = (await walks.take())!;
    while (row.state === 'running') row = await walk.page(row, 19);
    expect((await read(id)).counts).toMatchObject({ sources: 57, recipients: 57 });
  });

  it('an old preflight is removed with its list, lot by lot, and a newer one stays', async () => {
    const account = await world.account();
    await world.synced(account, people(25));
    const audience = { kind: 'openids', openids: people(25) };
    const old = await asked('/v1/broadcasts/preflight', body(account, { audience }));
    await walked(old.id);
    const newer = await asked('/v1/broadcasts/preflight', body(account, { audience }));
    await walked(newer.id);
    await sql`update preflight set asked_at = clock_now() - interval '31 days'
      where id = ${old.id}`.execute(world.db);
    const listed = async (id: string): Promise<number> => {
      const { rows } = await sql`select from preflight_member where preflight_id = ${id}`.execute(
        world.db,
      );
      return rows.length;
    };

    expect(await walks.removeOlderThan(30, 10)).toBe(true);
    expect([await listed(old.id), (await read(old.id)).id]).toEqual([15, old.id]);
    while (await walks.removeOlderThan(30, 10));
    expect(await listed(old.id)).toBe(0);
    expect((await world.get(`/v1/broadcasts/preflight/${old.id}`)).status).toBe(404);
    expect([await listed(newer.id), (await read(newer.id)).state]).toEqual([25, 'done']);
  });

  it('a preflight is one walk for whoever asks twice, and says that no worker is there', async () => {
    const account = await world.account();
    await world.synced(account, people(3));
    const one = await asked('/v1/broadcasts/preflight', body(account));
    const other = await asked('/v1/broadcasts/preflight', body(account, { name: 'another name' }));
    expect(other.id).toBe(one.id);
    expect(other.waitingFor).toBeUndefined();
    await sql`update preflight set asked_at = clock_now() - interval '11 seconds' where id = ${one.id}`.execute(
      world.db,
    );
    expect((await read(one.id)).waitingFor).toBe('worker');
    await walked(one.id);
  });

  it('a preflight grows stale by another text or audience, and not by another name or time', async () => {
    const account = await world.account();
    await world.synced(account, people(3));
    const id = await draft(account);
    const { id: preflightId } = await asked(`/v1/broadcasts/${id}/preflight`);
    expect((await walked(preflightId)).stale).toBe(false);
    const change = (given: object) => world.api.call('PATCH', `/v1/broadcasts/${id}`, given);

    await change({ name: 'renamed', sendsPerSecond: 5 });
    expect((await read(preflightId)).stale).toBe(false);
    await change({ fields: { ...FIELDS, thing1: '李老师' } });
    expect((await read(preflightId)).stale).toBe(true);
    await change({ fields: FIELDS });
    expect((await read(preflightId)).stale).toBe(false);
    await policy(account, { contactCap: { n: 1, days: 7 } });
    expect((await read(preflightId)).stale).toBe(true);

    const { json } = await world.get(`/v1/broadcasts/${id}/preflight`);
    expect((json as Shown).id).toBe(preflightId);
  });

  it('a preflight is asked for by an account before a start, must be of the very same, and lets it start then', async () => {
    const account = await world.account();
    await world.synced(account, people(5));
    await policy(account, { preflightAbove: 3 });
    const start = (id: string) => world.post(`/v1/broadcasts/${id}/start`, {});
    const id = await draft(account);
    expect((await start(id)).json).toMatchObject({
      code: 'preflight_required',
      recipients: 5,
      preflightAbove: 3,
    });

    const { id: preflightId } = await asked(`/v1/broadcasts/${id}/preflight`);
    expect((await start(id)).json).toMatchObject({ code: 'preflight_required' });
    await walked(preflightId);
    await world.api.call('PATCH', `/v1/broadcasts/${id}`, {
      fields: { ...FIELDS, thing1: '李老师' },
    });
    expect((await start(id)).json).toMatchObject({ code: 'preflight_stale' });
    await world.api.call('PATCH', `/v1/broadcasts/${id}`, { fields: FIELDS });
    expect((await start(id)).status).toBe(200);
  });

  it('a preflight lets a broadcast be made by one call that names it, and its id is no part of the idempotency key', async () => {
    const account = await world.account();
    await world.synced(account, people(5));
    await policy(account, { preflightAbove: 0 });
    const given = body(account, { audience: { kind: 'openids', openids: people(5) } });
    expect((await world.post('/v1/broadcasts', given)).json).toMatchObject({
      code: 'preflight_required',
    });
    const { id: preflightId } = await asked('/v1/broadcasts/preflight', given);
    await walked(preflightId);
    const other = body(account, { audience: { kind: 'openids', openids: people(4) } });
    expect((await world.post('/v1/broadcasts', { ...other, preflightId })).json).toMatchObject({
      code: 'preflight_stale',
    });
    const headers = { 'idempotency-key': 'one' };
    const made = await world.post('/v1/broadcasts', { ...given, preflightId }, headers);
    expect(made.status).toBe(202);
    const again = await world.post('/v1/broadcasts', given, headers);
    expect(again.status).toBe(202);
    expect((again.json as Shown).id).toBe((made.json as Shown).id);
  });

  it('a preflight blocks where nobody would get it, says what to do, and lets nothing start', async () => {
    const account = await world.account();
    await world.synced(account, people(2));
    await policy(account, { preflightAbove: 0 });
    for (const openid of people(2)) await suppress(account, openid);
    const id = await draft(account, { audience: { kind: 'openids', openids: people(2) } });
    const { id: preflightId } = await asked(`/v1/broadcasts/${id}/preflight`);
    const shown = await walked(preflightId);
    expect(shown.blockers.map(({ code }) => code)).toEqual(['no_recipients']);
    expect(shown.blockers[0]?.fix.zh).not.toBe('');
    expect((await world.post(`/v1/broadcasts/${id}/start`, {})).json).toMatchObject({
      code: 'preflight_blocked',
    });
  });

  it('a preflight plans its days beside what others still send of the same quota', async () => {
    const account = await world.account();
    await world.synced(account, people(30));
    await sql`update account set daily_quota = 20 where id = ${account.id}`.execute(world.db);
    await world.broadcast(
      account,
      Object.fromEntries(
        Array.from({ length: 15 }, (_, n) => [`oOther${n}`, { state: 'pending' as const }]),
      ),
    );
    const { id } = await asked('/v1/broadcasts/preflight', body(account));
    const { quota, warnings, endsAt, etaSeconds } = await walked(id);
    expect(quota.reserved).toBe(15);
    expect(quota.reservedPlan.map(({ count }) => count)).toEqual([15]);
    expect(quota.plan.map(({ count }) => count)).toEqual([5, 20, 5]);
    expect(warnings.map(({ code }) => code)).toContain('quota_more_days');
    expect(endsAt).not.toBeNull();
    expect(etaSeconds).toBeGreaterThan(86_400 - 1);
  });

  it('a preflight refuses a draft that lacks anything, and a broadcast that has begun', async () => {
    const account = await world.account();
    await world.synced(account, people(2));
    const { json } = await world.post('/v1/broadcasts', { appid: account.appid, draft: true });
    const { id } = json as { id: string };
    expect((await world.post(`/v1/broadcasts/${id}/preflight`, {})).json).toMatchObject({
      code: 'draft_incomplete',
    });
    const running = await world.broadcast(account);
    expect((await world.post(`/v1/broadcasts/${running}/preflight`, {})).json).toMatchObject({
      code: 'preflight_too_late',
    });
    expect((await world.get(`/v1/broadcasts/${id}/preflight`)).json).toMatchObject({
      code: 'preflight_not_found',
    });
  });
});
