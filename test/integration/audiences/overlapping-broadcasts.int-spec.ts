import { type Kysely, sql } from 'kysely';
import type { ResolvedAudience } from '../../../src/audiences/record/resolved-audience.js';
import { ExpandService } from '../../../src/broadcast/engine/expand/expand.service.js';
import { listSources } from '../../../src/broadcast/engine/expand/broadcast-sources.js';
import { TableStatistics } from '../../../src/broadcast/engine/storage/table-statistics.js';
import { newBroadcastId } from '../../../src/kernel/ids.js';
import { UploadRepository } from '../../../src/uploads/record/upload.repository.js';
import type { UploadTables } from '../../../src/uploads/record/upload.tables.js';
import { ClearingRepository } from '../../../src/uploads/work/clearing.repository.js';
import { EngineWorld } from '../../support/worlds/engine-world.js';

const tag = (id: number) => ({ id, name: `tag ${id}` });
const tagged = (...ids: number[]): ResolvedAudience => ({
  kind: 'tags',
  any: ids.map(tag),
  all: [],
  none: [],
});

/** Followers are f000001 to f012000; tags and uploads are of every n-th of them. */
describe('expansion of audiences that are put together', () => {
  let world: EngineWorld;
  const worker = () => new ExpandService(world.db, world.lane, new TableStatistics(world.db));
  const uploadId = newBroadcastId(new Date());

  beforeEach(async () => {
    world = await EngineWorld.open();
    const { accountId, db } = world;
    await sql`insert into follower (account_id, openid, subscribed, as_of)
      select ${accountId}, ${person('i')}, true, clock_now() from generate_series(1, 12000) i`.execute(
      db,
    );
    for (const id of [2, 3, 5, 7]) {
      await sql`insert into tag (account_id, tag_id, name, count, members, as_of, changed_at)
        values (${accountId}, ${id}, ${`tag ${id}`}, 0, ${Math.floor(12_000 / id)}, clock_now(), clock_now())`.execute(
        db,
      );
      await sql`insert into follower_tag (account_id, tag_id, openid)
        select ${accountId}, ${id}, ${person('i')} from generate_series(${id}::integer, 12000, ${id}::integer) i`.execute(
        db,
      );
    }
    await sql`insert into upload (id, account_id, name, state) values (${uploadId}, ${accountId}, 'list', 'ready')`.execute(
      db,
    );
    await sql`insert into upload_row (upload_id, openid, line, cells)
      select ${uploadId}::uuid, ${person('i')}, i, '[]' from generate_series(4, 12000, 4) i`.execute(
      db,
    );
  });
  afterEach(() => world.close());

  async function broadcastTo(audience: ResolvedAudience): Promise<string> {
    const id = await world.broadcastTo();
    await sql`update broadcast set expanded_at = null, audience = ${JSON.stringify(audience)}
      where id = ${id}`.execute(world.db);
    await world.db.transaction().execute((tx) => listSources(tx, id));
    return id;
  }
  const numbersIn = async (id: string): Promise<number[]> => {
    const { rows } = await sql<{ n: number }>`
      select substr(openid, 2)::integer as n from delivery where broadcast_id = ${id} order by openid`.execute(
      world.db,
    );
    return rows.map(({ n }) => n);
  };
  const talliesOf = async (id: string): Promise<Record<string, number>> => {
    const { rows } = await sql<{ what: string; count: number }>`
      select what, sum(count)::integer as count from broadcast_tally where broadcast_id = ${id} group by what`.execute(
      world.db,
    );
    return Object.fromEntries(rows.map(({ what, count }) => [what, count]));
  };
  const everybody = Array.from({ length: 12_000 }, (_, i) => i + 1);
  const sourcesOf = async () =>
    (await sql`select kind, source from broadcast_source order by kind, source`.execute(world.db))
      .rows;

  it('two broadcasts to overlapping unions, expanded at once by several workers that stop, reach everybody once and nobody who is excluded, and their counts add up', async () => {
    const first = await broadcastTo({
      kind: 'union',
      of: [tagged(2, 3), { kind: 'upload', uploadId, columns: [], count: 3_000 }],
      exclude: [tagged(5)],
    });
    const second = await broadcastTo({
      kind: 'union',
      of: [{ kind: 'all' }, tagged(7)],
      exclude: [tagged(2), { kind: 'upload', uploadId, columns: [], count: 3_000 }],
    });
    for (const id of [first, second]) await worker().expand(id, AbortSignal.abort());
    await Promise.all([first, second, first, second].map((id) => worker().expand(id)));

    const inFirst = everybody.filter((n) => (n % 2 === 0 || n % 3 === 0) && n % 5 !== 0);
    expect(await numbersIn(first)).toEqual(inFirst);
    const ofTags = everybody.filter((n) => n % 2 === 0 || n % 3 === 0).length;
    expect(await talliesOf(first)).toEqual({
      duplicates: 3_000,
      excluded: ofTags - inFirst.length,
    });
    expect(await numbersIn(second)).toEqual(everybody.filter((n) => n % 2 !== 0));
    expect(await talliesOf(second)).toEqual({
      duplicates: Math.floor(12_000 / 7),
      excluded: 6_000,
    });
    for (const id of [first, second]) await world.expectCountersToAgree(id);
    expect(await world.counters.counts(first)).toMatchObject({ pending: inFirst.length });
  });

  it('whoever gets the tag of an exclusion while an audience is expanded is judged as of their page, and the counts stay true', async () => {
    const id = await broadcastTo({ kind: 'all', exclude: [tagged(7)] });
    await worker().expand(id, AbortSignal.abort());
    const { rows } = await sql<{ cursor: string }>`
      select expand_cursor as cursor from broadcast where id = ${id}`.execute(world.db);
    await sql`insert into follower_tag (account_id, tag_id, openid)
      select ${world.accountId}, 7, ${person('i')} from generate_series(1, 12000, 2) i
      on conflict do nothing`.execute(world.db);
    await worker().expand(id);

    const cursor = Number(rows[0]!.cursor.slice(1));
    const expected = everybody.filter((n) => n % 7 !== 0 && (n <= cursor || n % 2 === 0));
    expect(await numbersIn(id)).toEqual(expected);
    expect(await talliesOf(id)).toEqual({ excluded: 12_000 - expected.length });
    await world.expectCountersToAgree(id);
  });

  it('an audience from which everybody is excluded ends, and its broadcast has no row', async () => {
    const id = await broadcastTo({ kind: 'all', exclude: [{ kind: 'all' }] });
    await worker().expand(id);
    expect(await numbersIn(id)).toEqual([]);
    expect(await talliesOf(id)).toEqual({ excluded: 12_000 });
  });

  it('a broadcast lists what it is read from, from its start until everybody has a row', async () => {
    const id = await broadcastTo({
      kind: 'union',
      of: [tagged(2), { kind: 'upload', uploadId, columns: [], count: 3_000 }],
    });
    expect(await sourcesOf()).toEqual([
      { kind: 'tag', source: '2' },
      { kind: 'upload', source: uploadId },
    ]);
    await worker().expand(id);
    expect(await sourcesOf()).toEqual([]);
  });

  it('a list that a broadcast is still to be read from is neither deleted nor swept, and is once everybody has a row', async () => {
    const id = await broadcastTo({ kind: 'upload', uploadId, columns: [], count: 3_000 });
    const uploads = new UploadRepository(world.db as unknown as Kysely<UploadTables>);
    const clearing = new ClearingRepository(world.db as unknown as Kysely<UploadTables>, world.hot);
    const found = (await uploads.find(uploadId))!;
    await expect(uploads.remove(found)).rejects.toMatchObject({ code: 'upload_in_use' });
    await clearing.purgeOlderThan(0);
    expect(await uploads.find(uploadId)).toMatchObject({ purgedAt: null, removedAt: null });
    await worker().expand(id);
    expect(await numbersIn(id)).toHaveLength(3_000);
    await clearing.purgeOlderThan(0);
    expect((await uploads.find(uploadId))?.purgedAt).not.toBeNull();
    await uploads.remove(found);
    expect(await uploads.find(uploadId)).toBeUndefined();
  });

  it('a broadcast whose source is gone all the same is held with its code, and its audience is not cut short', async () => {
    const id = await broadcastTo({ kind: 'upload', uploadId, columns: [], count: 3_000 });
    await sql`update upload set purged_at = clock_now()`.execute(world.db);
    await worker().expand(id);
    await worker().expand(id);
    const { rows } = await sql`
      select reason, code, params from broadcast_hold where broadcast_id = ${id}`.execute(world.db);
    expect(rows).toEqual([
      { reason: 'problem', code: 'audience_gone', params: { kind: 'upload', source: uploadId } },
    ]);
    expect(await numbersIn(id)).toEqual([]);
    // Once it is back and somebody has let it go on, everybody gets it.
    await sql`update upload set purged_at = null`.execute(world.db);
    await worker().expand(id);
    expect(await numbersIn(id)).toHaveLength(3_000);
  });
});

const person = (number: string) => sql.raw(`'f' || lpad(${number}::text, 6, '0')`);
