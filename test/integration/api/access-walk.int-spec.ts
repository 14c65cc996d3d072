import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Document, placesOf } from '../../../src/http/openapi/document.js';
import { UNDOCUMENTED, whyUndocumented } from '../../support/api/undocumented.js';
import {
  ACCESS,
  CONSOLE,
  type Expected,
  expectedOf as expectedOfOperation,
  type Meets,
  SIGNED,
} from '../../support/worlds/access-table.js';
import { AccessWorld, type Credential, type Route } from '../../support/worlds/access-world.js';

const DOCUMENT = join(import.meta.dirname, '../../../openapi.json');
const ROLES = ['viewer', 'editor', 'sender', 'admin', 'support'];
const ABREAST = 12;
/** Of a key, an operator, a session: there is none. */
const NO_ID = '999999999';
/** What ends the session by which it was asked for. */
const ENDS = /logout$|^DELETE \/v1\/sessions/;
const IS_ABSENT = /account_not_found|broadcast_not_found|upload_not_found|preflight_not_found/;
const OF_ONE_ACCOUNT: readonly Meets[] = ['account', 'broadcast', 'upload', 'preflight', 'named'];

describe('every operation', () => {
  let world: AccessWorld;
  let routes: Route[];
  let draft: string;
  let upload: string;
  let preflight: string;

  beforeAll(async () => {
    world = await AccessWorld.open();
    routes = world.routes.filter(({ pattern }) => !SIGNED.test(pattern));
    draft = await newDraft();
    upload = await newUpload();
    const path = `/v1/broadcasts/${draft}/preflight`;
    preflight = (await world.product.expect(202, 'POST', path, {})).json.id;
  });
  afterAll(() => world.close());

  const newDraft = (): Promise<string> =>
    world.product.broadcast({ name: `of-${world.product.appid}`, draft: true });
  /** A list with rows that can be used, and one that cannot. */
  const newUpload = (): Promise<string> => {
    const openids = [0, 1, 0].map((index) => world.product.openid(index));
    const name = `of-${world.product.appid}`;
    return world.product.uploaded(['openid', ...openids].join('\n'), 'ready', {
      import: 'auto',
      name,
    });
  };
  const nameOf = ({ method, pattern }: Route): string => `${method} ${pattern}`;
  const expectedOf = ({ method, pattern }: Route): Expected =>
    expectedOfOperation(method, pattern) ?? { meets: 'everywhere', roles: [] };
  /** Without the one that ends a session. */
  const those = (...meets: Meets[]): Route[] =>
    routes.filter((route) => meets.includes(expectedOf(route).meets) && !ENDS.test(nameOf(route)));

  interface Names {
    readonly appid: string;
    readonly id: string;
    readonly upload: string;
    readonly preflight: string;
  }
  const pathOf = ({ pattern }: Route, names: Names): string =>
    pattern
      .replace(':appid', names.appid)
      .replace(':id', pattern.startsWith('/v1/uploads') ? names.upload : names.id)
      .replace(':templateId', 'none')
      .replace(':preflightId', names.preflight)
      .replaceAll(/:\w+/g, 'oNobody')
      .replace('*', 'x');
  const ask = (route: Route, as: Credential, names: Names) => {
    const { meets, body } = expectedOf(route);
    const sent = meets === 'named' ? { appid: names.appid, ...body } : body;
    const method = route.method;
    return world.ask(
      { method, pattern: pathOf(route, names) },
      as,
      method === 'GET' ? undefined : (sent ?? {}),
    );
  };

  /** What is not as expected, one line each, so that a failure tells all of it. */
  async function wrong(
    asked: readonly Route[],
    judge: (route: Route) => Promise<string | undefined>,
  ): Promise<string[]> {
    const found: string[] = [];
    const waiting = asked.values();
    const inTurn = async (): Promise<void> => {
      for (const route of waiting) {
        const fault = await judge(route);
        if (fault !== undefined) found.push(`${nameOf(route)}: ${fault}`);
      }
    };
    await Promise.all(Array.from({ length: ABREAST }, inTurn));
    return found.sort();
  }

  const ours = (): Names => ({
    appid: world.product.appid,
    id: draft,
    upload,
    preflight,
  });

  it('every operation of the router is in the table, and the table has no other', () => {
    const unknown = routes.filter(
      ({ method, pattern }) => expectedOfOperation(method, pattern) === undefined,
    );
    expect(unknown.map(nameOf)).toEqual([]);
    const known = new Set(routes.map(nameOf));
    const gone = [...Object.keys(ACCESS), ...CONSOLE].filter((name) => !known.has(name));
    expect(gone).toEqual([]);
    expect([...CONSOLE].filter((name) => /^GET \/(v1|queues|metrics|docs)/.test(name))).toEqual([]);
  });

  it('every operation of the router is in openapi.json and the reverse, but for routes that are named with a reason', () => {
    const document = JSON.parse(readFileSync(DOCUMENT, 'utf8')) as Document;
    const inDocument = placesOf(document).map(
      ({ path, method }) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`,
    );
    const inRouter = world.routes.filter((route) => whyUndocumented(route) === undefined);
    expect(inRouter.map(nameOf).sort()).toEqual(inDocument.sort());
    // A reason for what is not there any more would excuse whatever comes next by that name.
    const idle = UNDOCUMENTED.filter(
      ([matches]) => !world.routes.some(({ pattern }) => matches.test(pattern)),
    );
    expect(idle).toEqual([]);
  });

  it.each([
    'without a key',
    'with a wrong key',
    'with an expired key',
    'with a revoked key',
    'of a disabled operator',
  ])('every operation %s answers 401, but those that are open', async (who) => {
    const credentials: Record<string, () => Promise<Credential> | Credential> = {
      'without a key': () => ({}),
      'with a wrong key': () => ({ authorization: `Bearer ${'w'.repeat(43)}` }),
      'with an expired key': () =>
        world.key('admin', null, `expires_at = clock_now() - interval '1 second'`),
      'with a revoked key': () => world.key('admin', null, 'revoked_at = clock_now()'),
      'of a disabled operator': () => world.operator('admin', null, 'disabled_at = clock_now()'),
    };
    const as = (await credentials[who]?.()) ?? {};
    const faults = await wrong(routes, async (route) => {
      const { status } = await ask(route, as, ours());
      const isOpen = expectedOf(route).meets === 'open';
      return (status === 401) === isOpen && !nameOf(route).startsWith('POST /login')
        ? `answered ${status}`
        : undefined;
    });
    expect(faults).toEqual([]);
  });

  it.each(ROLES)(
    'every operation on an account is open to its roles and says to %s there whether that is one',
    async (role) => {
      const as =
        role === 'editor' || role === 'admin'
          ? await world.operator(role, [world.product.appid])
          : await world.key(role, [world.product.appid]);
      const asked = those(
        'account',
        'broadcast',
        'upload',
        'preflight',
        'named',
        'list',
        'apart',
        'self',
      );
      // What removes the account comes last.
      const isLast = (route: Route) => nameOf(route) === 'DELETE /v1/accounts/:appid';
      const judge = async (route: Route): Promise<string | undefined> => {
        const { meets, roles } = expectedOf(route);
        const changes = route.method !== 'GET' && roles.includes(role);
        const names = {
          ...ours(),
          ...(changes && meets === 'broadcast' && { id: await newDraft() }),
          ...(changes && meets === 'upload' && { upload: await newUpload() }),
        };
        const { status, text } = await ask(route, as, names);
        if (roles.includes(role)) {
          const isShut = [401, 403].includes(status) || (status === 404 && IS_ABSENT.test(text));
          return isShut || status >= 500
            ? `${role} got ${status} ${text.slice(0, 200)}`
            : undefined;
        }
        return status === 403 && text.includes('"permission_required"')
          ? undefined
          : `${role} got ${status}, not 403`;
      };
      expect(
        await wrong(
          asked.filter((route) => !isLast(route)),
          judge,
        ),
      ).toEqual([]);
      expect(await wrong(asked.filter(isLast), judge)).toEqual([]);
      await world.product.expect(200, 'POST', `/v1/accounts/${world.product.appid}/lift`);
    },
  );

  it('every operation that wants a role on all accounts refuses the best of one account', async () => {
    const as = await world.key('admin', [world.product.appid]);
    const faults = await wrong(those('everywhere'), async (route) => {
      const { status } = await ask(route, as, ours());
      return status === 403 ? undefined : `answered ${status}`;
    });
    expect(faults).toEqual([]);
    for (const role of ROLES) {
      const all = await world.key(role, null);
      const shut = await wrong(those('everywhere'), async (route) => {
        const { status } = await ask(route, all, ours());
        const isShut = status === 401 || status === 403;
        return isShut === expectedOf(route).roles.includes(role)
          ? `${role} got ${status}`
          : undefined;
      });
      expect(shut).toEqual([]);
    }
  });

  it.each(['operator', 'key'] as const)(
    'every operation answers another account’s best %s as if the account were not there',
    async (kind) => {
      const as = await world[kind]('admin', [world.otherAppid]);
      const absent: Names = {
        appid: 'wx00000000000000aa',
        id: randomUUID(),
        upload: randomUUID(),
        preflight: randomUUID(),
      };
      const faults = await wrong(those(...OF_ONE_ACCOUNT), async (route) => {
        const answer = await ask(route, as, ours());
        if (answer.status !== 404) return `answered ${answer.status}`;
        const told = strip(answer.text, ours());
        const asAbsent = strip((await ask(route, as, absent)).text, absent);
        return told === asAbsent ? undefined : `${told} is not ${asAbsent}`;
      });
      expect(faults).toEqual([]);
      const leaks = await wrong(those('list', 'apart', 'self'), async (route) => {
        const { status, text } = await ask(route, as, { ...ours(), id: NO_ID });
        if (status >= 500 || status === 401) return `answered ${status} ${text}`;
        const found = [world.product.appid, draft, upload].find((secret) => text.includes(secret));
        return found === undefined ? undefined : `tells of ${found}`;
      });
      expect(leaks).toEqual([]);
    },
  );

  it('every operation is open to nobody who names an account of their own beside the object of another', async () => {
    const as = await world.key('admin', [world.otherAppid]);
    const mine = { appid: world.otherAppid };
    const faults = await wrong(
      those('account', 'broadcast', 'upload', 'preflight'),
      async (route) => {
        const { method } = route;
        const pattern = `${pathOf(route, ours())}?appid=${world.otherAppid}`;
        const { status } = await world.ask(
          { method, pattern },
          as,
          method === 'GET' ? undefined : mine,
        );
        return status === 404 ? undefined : `answered ${status}`;
      },
    );
    expect(faults).toEqual([]);
  });

  it('every operation that is refused for want of a role says which, and whom to ask: admins of the account before those of all', async () => {
    const { appid } = world.product;
    await world.operator('admin', [world.otherAppid]);
    await world.operator('admin', [appid], "name = 'Gone', disabled_at = clock_now()");
    await world.operator('admin', null, "name = 'Chief'");
    await world.operator('admin', [appid], "name = '王敏'");
    const as = await world.key('viewer', [appid]);
    const pattern = `/v1/accounts/${appid}/hold`;
    const { text } = await world.ask({ method: 'POST', pattern }, as);
    const told = JSON.parse(text) as { detail: string; ask: string[] };
    expect(told).toMatchObject({ permission: 'account.hold', roles: ['sender', 'admin'], appid });
    expect(told.ask).toContain('王敏');
    expect(told.ask).not.toContain('Gone');
    expect(told.detail).toContain(`ask ${told.ask.join(' or ')}`);
  });

  it('every operation that reads keeps openids from whoever may not see them, cursors included', async () => {
    const openids = [0, 1, 2].map((index) => world.product.openid(index));
    const sent = await world.product.broadcast({ audience: { kind: 'all' } });
    await world.product.finished(sent);
    const { appid } = world.product;
    const suppressed = `/v1/accounts/${appid}/suppressions`;
    for (const openid of openids) await world.product.expect(201, 'POST', suppressed, { openid });
    const reading = those('account', 'broadcast', 'upload', 'preflight', 'list').filter(
      ({ method }) => method === 'GET',
    );
    const tellingOf = async (role: string): Promise<string[]> => {
      const as = await world.key(role, [appid]);
      return await wrong(reading, async ({ method, pattern }) => {
        const path = pathOf({ method, pattern }, { appid, id: sent, upload, preflight });
        const { status, text } = await world.ask({ method, pattern: `${path}?limit=1` }, as);
        if (status >= 500) return `answered ${status}`;
        return openids.some((openid) => text.includes(openid)) ? 'tells an openid' : undefined;
      });
    };
    expect(await tellingOf('viewer')).toEqual([]);
    expect(await tellingOf('editor')).toEqual([]);
    expect((await tellingOf('support')).length).toBeGreaterThan(2);
  });

  it('every list by openid goes on for whoever may not see them, and from no openid of their choice', async () => {
    const path = `/v1/accounts/${world.product.appid}/followers?limit=1`;
    const as = await world.key('viewer', [world.product.appid]);
    const read: string[] = [];
    for (let next: string | null = ''; next !== null;) {
      const after: string = next === '' ? '' : `&after=${next}`;
      const { text } = await world.ask({ method: 'GET', pattern: path + after }, as);
      const page = JSON.parse(text) as { items: { openid: string }[]; next: string | null };
      read.push(...page.items.map(({ openid }) => openid));
      ({ next } = page);
    }
    expect(read).toHaveLength(3);
    expect(new Set(read).size).toBe(3);
    const own = `${path}&after=${world.product.openid(0)}`;
    expect((await world.ask({ method: 'GET', pattern: own }, as)).status).toBe(400);
  });

  it('every list tells somebody of one account of that one', async () => {
    const as = await world.key('viewer', [world.product.appid]);
    const { text } = await world.ask({ method: 'GET', pattern: '/v1/accounts' }, as);
    expect(text).toContain(world.product.appid);
    expect(text).not.toContain(world.otherAppid);
    const broadcasts = await world.ask({ method: 'GET', pattern: '/v1/broadcasts?limit=100' }, as);
    expect(broadcasts.text).toContain(draft);
    expect(broadcasts.text).not.toContain(world.otherAppid);
  });

  const strip = (text: string, { appid, id, upload: uploadId, preflight: ofIt }: Names): string =>
    text
      .replaceAll(appid, 'APPID')
      .replaceAll(id, 'ID')
      .replaceAll(uploadId, 'ID')
      .replaceAll(ofIt, 'ID')
      .replace(/"instance":"[^"]*"/, '');
});
