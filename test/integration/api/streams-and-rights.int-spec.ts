import { randomBytes } from 'node:crypto';
import { Module } from '@nestjs/common';
import { sql } from 'kysely';
import { AccessModule } from '../../../src/access/access.module.js';
import { ApiKeysController } from '../../../src/access/api-keys.controller.js';
import { hashOf, newSecret } from '../../../src/access/secret-hash.js';
import { EventReader } from '../../support/api/event-reader.js';
import { BroadcastApiWorld, type TestAccount } from '../../support/worlds/broadcast-api-world.js';
import { Browser, PASSWORD } from '../../support/worlds/operators-world.js';

/** What the product promises for every process. */
const MOST_SECONDS = 10;

/** Who reads, and what is done to them. */
interface Reading {
  readonly headers: Record<string, string>;
  readonly end: () => Promise<unknown>;
}

@Module({ imports: [AccessModule], controllers: [ApiKeysController] })
class KeysApiModule {}

describe('a stream whose reader loses what let them read', () => {
  /** Two processes of one installation: rights change at the first, streams are open at the second. */
  const masterKeys = [randomBytes(32)];
  let first: BroadcastApiWorld;
  let second: BroadcastApiWorld;
  let account: TestAccount;
  let other: TestAccount;
  let broadcast: string;
  let readers: EventReader[];

  beforeAll(async () => {
    first = await BroadcastApiWorld.open({ masterKeys }, [KeysApiModule]);
    const { databaseUrl, adminKey } = first.api;
    second = await BroadcastApiWorld.open({ masterKeys, databaseUrl, adminKey }, [KeysApiModule]);
    account = await first.account();
    other = await first.account();
    broadcast = await first.broadcast(account, { oA: { state: 'pending' } });
  });
  afterAll(async () => {
    await second.close();
    await first.close();
  });
  beforeEach(() => {
    readers = [];
  });
  afterEach(() => {
    for (const reader of readers) reader.close();
  });

  const onlyOn = ({ appid }: TestAccount) => [{ appids: [appid], role: 'viewer' }];
  const well = async (asked: ReturnType<BroadcastApiWorld['get']>) => {
    const answer = await asked;
    if (answer.status >= 300) throw new Error(answer.text);
    return answer.json as Record<string, unknown>;
  };

  /** Somebody with a role on the account who has logged in twice: `here` is the session that reads. */
  async function person(password: string | undefined = PASSWORD) {
    const login = `p${randomBytes(6).toString('hex')}`;
    const made = await well(
      first.post('/v1/operators', {
        login,
        name: login,
        grants: onlyOn(account),
        ...(password && { password }),
      }),
    );
    const { id } = made['operator'] as { id: number };
    // Whoever has chosen it themselves need not change it.
    if (password !== '')
      await sql`update operator set must_change_password = false where id = ${id}`.execute(
        first.db,
      );
    const [here, there] = [new Browser(first.api), new Browser(first.api)];
    for (const browser of [here, there]) {
      await well(browser.logIn(login, password || (made['oneTimePassword'] as string)));
      browser.id = id;
    }
    return { here, there };
  }
  const change = (id: number, body: object) =>
    well(first.api.call('PATCH', `/v1/operators/${id}`, body));
  const open = async (world: BroadcastApiWorld, path: string, headers: Reading['headers']) => {
    const reader = await EventReader.open(`${world.api.url}${path}`, headers);
    readers.push(reader);
    return reader;
  };
  const cookieOf = ({ cookie }: Browser) => ({ cookie });
  const WAYS: Readonly<Record<string, () => Promise<Reading>>> = {
    session_expired: async () => {
      const { here } = await person();
      return {
        headers: cookieOf(here),
        end: () =>
          sql`update session set expires_at = clock_now() where operator_id = ${here.id}`.execute(
            first.db,
          ),
      };
    },
    session_ended: async () => {
      const { here, there } = await person();
      return { headers: cookieOf(here), end: () => there.call('DELETE', '/v1/sessions') };
    },
    password_changed: async () => {
      const { here, there } = await person();
      const passwords = { current: PASSWORD, password: `another ${PASSWORD}` };
      return {
        headers: cookieOf(here),
        end: () => well(there.call('POST', '/v1/me/password', passwords)),
      };
    },
    disabled: async () => {
      const { here } = await person();
      return { headers: cookieOf(here), end: () => change(here.id, { disabled: true }) };
    },
    rights: async () => {
      const { here } = await person();
      return { headers: cookieOf(here), end: () => change(here.id, { grants: onlyOn(other) }) };
    },
    unauthenticated: async () => {
      const name = randomBytes(6).toString('hex');
      const made = await well(first.post('/v1/api-keys', { name, grants: onlyOn(account) }));
      return {
        headers: { authorization: `Bearer ${made['key'] as string}` },
        end: () => first.api.call('DELETE', `/v1/api-keys/${made['id'] as number}`),
      };
    },
  };

  it.each(Object.keys(WAYS))(
    'a stream says bye with the reason %s within ten seconds in another process, of one broadcast and of many topics',
    async (reason) => {
      const { headers, end } = await (WAYS[reason] as () => Promise<Reading>)();
      const paths = [
        `/v1/broadcasts/${broadcast}/events`,
        `/v1/events?topics=broadcast:${broadcast},account:${account.appid},me`,
      ];
      const opened = await Promise.all(paths.map((path) => open(second, path, headers)));
      expect(opened.map(({ response }) => response.status)).toEqual([200, 200]);
      for (const reader of opened) await reader.until('progress');
      await end();
      const endedAt = performance.now();
      const byes = await Promise.all(opened.map((reader) => reader.until('bye')));
      expect(byes.map(({ data }) => data)).toEqual([{ reason }, { reason }]);
      await Promise.all(opened.map((reader) => reader.end()));
      expect((performance.now() - endedAt) / 1_000).toBeLessThan(MOST_SECONDS);
      expect(opened.map(({ told }) => told.at(-1)?.event)).toEqual(['bye', 'bye']);
    },
  );

  it('a stream that was opened by a token which has been renewed since says so, and the session goes on', async () => {
    const { here } = await person();
    const [name, token = ''] = here.cookie.split('=');
    const next = newSecret();
    const reader = await open(second, '/v1/events?topics=me', cookieOf(here));
    await sql`update session set former_hash = hash, former_until = clock_now(), hash = ${hashOf(next)}
      where hash = ${hashOf(token)}`.execute(first.db);
    expect((await reader.until('bye')).data).toEqual({ reason: 'token_renewed' });
    const headers = { cookie: `${name}=${next}` };
    expect((await second.api.call('GET', '/v1/me', undefined, headers)).status).toBe(200);
  });

  it('a stream says bye when its process stops, so that its reader goes to another one at once', async () => {
    const { databaseUrl, adminKey } = first.api;
    const third = await BroadcastApiWorld.open({ masterKeys, databaseUrl, adminKey }, [
      KeysApiModule,
    ]);
    const headers = { authorization: `Bearer ${adminKey}` };
    const one = await open(third, `/v1/broadcasts/${broadcast}/events`, headers);
    await one.until('progress');
    await third.close();
    expect((await one.until('bye')).data).toEqual({ reason: 'stopping' });
  });

  it('a stream of broadcasts or accounts is not for whoever has yet to change a one-time password', async () => {
    const { here } = await person('');
    const asked = async (topic: string) =>
      (await open(second, `/v1/events?topics=${topic}`, cookieOf(here))).response.status;
    expect(await asked(`broadcast:${broadcast}`)).toBe(403);
    expect(await asked(`account:${account.appid}`)).toBe(403);
    expect(await asked('me')).toBe(200);
  });
});
