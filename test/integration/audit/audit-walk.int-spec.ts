import pg from 'pg';
import { AUDITED, type Changing, UNAUDITED } from '../../support/worlds/audit-table.js';
import { SIGNED } from '../../support/worlds/access-table.js';
import { ProductWorld } from '../../support/worlds/product-world.js';

interface Entry {
  readonly action: string;
  readonly requestId: string | null;
}

/** A name, or with a slash at its end all names below it. */
const isOf = (name: string, other: string): boolean =>
  name === other || (other.endsWith('/') && name.startsWith(other));

/** The router's own list: a route that changes something and leaves no entry is found, whoever adds it. */
describe('every operation that changes something', () => {
  let world: ProductWorld;
  let db: pg.Client;
  beforeAll(async () => {
    world = await ProductWorld.open({ name: 'PostgreSQL' }, { followers: 3 });
    await world.stop();
    await world.start({ SANDBOX: 'on' });
    await world.ready();
    db = new pg.Client({ connectionString: world.databaseUrl });
    await db.connect();
  });
  afterAll(async () => {
    await db.end();
    await world.close();
  });

  /** What callers did; workers go on deciding beside them. */
  const entries = async (): Promise<Entry[]> =>
    (
      await db.query<Entry>(
        `select action, request_id as "requestId" from audit_entry where actor_kind <> 'system' order by at, id`,
      )
    ).rows;
  const added = async (work: () => Promise<unknown>): Promise<Entry[]> => {
    const before = await entries();
    await work();
    return (await entries()).slice(before.length);
  };
  /** With the admin key, or with the headers of a person alone. */
  const ask = async ({ method, path, body, headers, file }: Changing) => {
    const answer = await fetch(`${world.url}${path}`, {
      method,
      headers: {
        ...(headers ?? { authorization: `Bearer ${world.adminKey}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(file === undefined ? {} : { 'content-type': 'text/csv' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(file === undefined ? {} : { body: file }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  };

  it('every operation of the router that may change something is in the table of the audit', () => {
    const changing = world
      .patterns()
      .filter(
        ({ method, pattern }) => !/^(GET|HEAD|OPTIONS)$/.test(method) && !SIGNED.test(pattern),
      )
      .map(({ method, pattern }) => `${method} ${pattern}`)
      .filter((name) => !UNAUDITED.some((other) => isOf(name, other)));
    expect(changing.sort()).toEqual(
      Object.keys(AUDITED)
        .filter((name) => !name.startsWith('GET '))
        .sort(),
    );
  });

  it.each(Object.entries(AUDITED))(
    '%s writes exactly one entry of the audit, in the change, and none where it changes nothing',
    async (name, { action, prepare, again }) => {
      const request = await prepare(world);
      const first = await added(() => ask(request));
      expect({ name, actions: first.map((entry) => entry.action) }).toEqual({
        name,
        actions: [action],
      });
      expect(first[0]?.requestId).toEqual(expect.any(String));
      if (again !== 'nothing') return;
      expect({ name, again: await added(() => ask(request)) }).toEqual({ name, again: [] });
    },
  );

  it('an operation that is refused leaves no entry in the audit', async () => {
    const left = await added(async () => {
      await world.call('POST', `/v1/accounts`, { appid: world.appid });
      await world.call('POST', '/v1/broadcasts', { appid: world.appid });
      await world.call('DELETE', `/v1/accounts/${world.appid}/suppressions/oNobody`);
    });
    expect(left).toEqual([]);
  });
});
