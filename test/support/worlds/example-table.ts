import pg from 'pg';
import { aPerson, AUDITED, type Changing } from './audit-table.js';
import type { ProductWorld } from './product-world.js';

type Place = Omit<Changing, 'body'>;
type Body = Readonly<Record<string, unknown>>;

/** Which calls make the world in which an example can succeed, where it is not that of the audit's table. */
const WORLDS: Readonly<Record<string, (world: ProductWorld) => Promise<Place>>> = {
  // Nobody has come in yet.
  'POST /v1/setup': async (world) => ({
    method: 'POST',
    path: '/v1/setup',
    headers: { origin: world.url },
  }),
  // Whoever the setup has made.
  'POST /v1/login': async (world) => ({
    method: 'POST',
    path: '/v1/login',
    headers: { origin: world.url },
  }),
  // Somebody whose password an admin has chosen.
  'POST /v1/me/password': async (world) => {
    const { headers } = await aPerson(world, 'the one-time password');
    return { method: 'POST', path: '/v1/me/password', headers };
  },
  'POST /v1/me/totp': async (world) => {
    const { headers } = await aPerson(world);
    return { method: 'POST', path: '/v1/me/totp', headers };
  },
  // A draft that could start.
  'POST /v1/broadcasts/:id/confirmation': async (world) => {
    const id = await world.broadcast({ draft: true });
    return { method: 'POST', path: `/v1/broadcasts/${id}/confirmation` };
  },
  'POST /v1/broadcasts/preflight': () =>
    Promise.resolve({ method: 'POST', path: '/v1/broadcasts/preflight' }),
  'POST /v1/broadcasts/:id/preflight': async (world) => {
    const id = await world.broadcast({ draft: true });
    return { method: 'POST', path: `/v1/broadcasts/${id}/preflight` };
  },
  // The setup has given that login away.
  'POST /v1/operators': async (world) => {
    const db = new pg.Client({ connectionString: world.databaseUrl });
    await db.connect();
    await db.query(`update operator set login = 'former' where login = 'han.meimei'`);
    await db.end();
    return { method: 'POST', path: '/v1/operators' };
  },
};

/** Members that no document can know: the world says them. */
const UNKNOWABLE: Readonly<Record<string, readonly string[]>> = {
  'POST /v1/setup': ['key'],
  'POST /v1/me/totp/confirm': ['code'],
};

/** The example of an operation (`POST /v1/accounts/:appid`), in a world where it can succeed. */
export async function postable(
  world: ProductWorld,
  name: string,
  example: Body,
): Promise<Changing> {
  const made: Changing | undefined =
    (await WORLDS[name]?.(world)) ?? (await AUDITED[name]?.prepare(world));
  if (made === undefined)
    throw new Error(`${name} has an example: say in example-table.ts where it succeeds`);
  const known: Body = name === 'POST /v1/setup' ? { key: world.adminKey } : (made.body as Body);
  const told = (UNKNOWABLE[name] ?? []).map((member) => [member, known[member]]);
  return { ...made, body: { ...example, ...Object.fromEntries(told) } };
}
