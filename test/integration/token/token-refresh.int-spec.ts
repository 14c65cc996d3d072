import { Redis } from 'ioredis';
import pg from 'pg';
import type { Account } from '../../../src/accounts/account.js';
import { AccountFaulted, TokenUnavailable } from '../../../src/token/store/token.errors.js';
import { WechatRefusal } from '../../../src/wechat/wechat.errors.js';
import { describeBothQueues } from '../../support/stores/redis.js';
import { type TokenProcess, TokenWorld } from '../../support/worlds/token-world.js';

const CALL = { path: '/cgi-bin/x' };
const HOUR = 3_600_000;

describeBothQueues('an access token', (backend) => {
  let world: TokenWorld;
  let first: TokenProcess;
  let account: Account;

  beforeAll(async () => {
    world = await TokenWorld.open(backend);
    first = await world.process();
  });
  beforeEach(async () => {
    account = await world.account(first);
  });
  afterAll(() => world.close());

  /** The error that a call ends with. */
  const failure = async (call: Promise<unknown>): Promise<unknown> => {
    const outcome = await call.then(
      () => new Error('it succeeded'),
      (error: unknown) => error,
    );
    return outcome;
  };
  const inAll = <Out>(
    processes: TokenProcess[],
    times: number,
    work: (of: TokenProcess) => Promise<Out>,
  ) =>
    Promise.all(processes.flatMap((process) => Array.from({ length: times }, () => work(process))));

  describe('of eight processes', () => {
    let processes: TokenProcess[];
    beforeAll(async () => {
      processes = [first, ...(await world.processes(7))];
    });

    it('an access token of eight processes is fetched once, however many ask at once', async () => {
      const tokens = await inAll(processes, 50, ({ tokens }) => tokens.tokenFor(account));

      expect(new Set(tokens)).toEqual(new Set(['stable_TOKEN_1']));
      expect(world.wechat.tokenCalls).toBe(1);
    });

    it('an access token of eight processes is fetched once more after it was made to expire under all of them', async () => {
      await inAll(processes, 1, ({ tokens }) => tokens.tokenFor(account));
      world.wechat.expire();
      const answers = await inAll(processes, 25, ({ api }) => api.call(account, CALL));

      expect(new Set(answers.map(({ token }) => token))).toEqual(new Set(['stable_TOKEN_2']));
      expect(world.wechat.calls).toMatchObject({ stable: 2, forced: 0 });
    });

    it('an access token of eight processes is refused to all of them by one call, when WeChat refuses', async () => {
      world.wechat.refusals = [{ errcode: 40125, errmsg: 'invalid appsecret rid: 1-2-3' }];
      const errors = await inAll(processes, 25, ({ tokens }) => failure(tokens.tokenFor(account)));

      for (const error of errors) expect(error).toBeInstanceOf(AccountFaulted);
      expect(world.wechat.tokenCalls).toBe(1);
    });
  });

  describe('in the store', () => {
    it('an access token in the store outlives the process that fetched it', async () => {
      const token = await first.tokens.tokenFor(account);

      expect(await (await world.process()).tokens.tokenFor(account)).toBe(token);
      expect(world.wechat.tokenCalls).toBe(1);
    });

    it('an access token in the store is not readable there', async () => {
      const token = await first.tokens.tokenFor(account);
      const stored = await everythingStored();

      expect(stored).toContain('"fetchedAt"');
      expect(stored).not.toContain(token);
      expect(stored).not.toContain('a-secret');
    });

    it('an access token in the store is fetched again, and is the same, after the store was emptied', async () => {
      const token = await first.tokens.tokenFor(account);
      await emptyTheStore();

      expect(await (await world.process()).tokens.tokenFor(account)).toBe(token);
      expect(world.wechat.tokenCalls).toBe(2);
    });

    it('an access token in the store shows how long it lives on the page of its account', async () => {
      expect(await first.health.tokenOf(account)).toBeNull();
      await first.tokens.tokenFor(account);
      const token = await first.health.tokenOf(account);

      expect(token && token.expiresAt.getTime() - token.fetchedAt.getTime()).toBe(2 * HOUR);
      expect(Object.keys(token ?? {})).toEqual(['expiresAt', 'fetchedAt']);
    });
  });

  describe('near its end', () => {
    it('an access token near its end is replaced with less than five minutes left, and not before', async () => {
      world.wechat.expiresIn = 3_600;
      await first.tokens.tokenFor(account);
      const early = await world.process({ clockOffsetMs: HOUR - 310_000 });
      await early.tokens.tokenFor(account);
      expect(world.wechat.tokenCalls).toBe(1);

      const late = await world.process({ clockOffsetMs: HOUR - 290_000 });
      await late.tokens.tokenFor(account);
      expect(world.wechat.tokenCalls).toBe(2);
    });

    it('an access token near its end is used to its end where no other can be had', async () => {
      world.wechat.expiresIn = 3_600;
      const token = await first.tokens.tokenFor(account);
      world.wechat.refusals = [{ errcode: -1, errmsg: 'system error' }];
      const late = await world.process({ clockOffsetMs: HOUR - 60_000 });
      const tooLate = await world.process({ clockOffsetMs: HOUR });

      expect(await late.tokens.tokenFor(account)).toBe(token);
      expect(await failure(tooLate.tokens.tokenFor(account))).toBeInstanceOf(TokenUnavailable);
    });

    it('an access token near its end is used while another process fetches its successor', async () => {
      world.wechat.expiresIn = 3_600;
      const token = await first.tokens.tokenFor(account);
      const late = await world.process({ clockOffsetMs: HOUR - 60_000 });
      await late.store.acquire({ appid: account.appid, mode: 'stable' }, 'another', 30_000);

      expect(await late.tokens.tokenFor(account)).toBe(token);
      expect(world.wechat.tokenCalls).toBe(1);
    });
  });

  describe('that WeChat rejects', () => {
    it('an access token that WeChat rejects is looked up in the store first: another process may have replaced it', async () => {
      const second = await world.process();
      await inAll([first, second], 1, ({ tokens }) => tokens.tokenFor(account));
      world.wechat.expire();
      await first.api.call(account, CALL);

      expect(await second.api.call(account, CALL)).toMatchObject({ token: 'stable_TOKEN_2' });
      expect(world.wechat.calls).toMatchObject({ stable: 2, business: 4 });
    });

    it('an access token that WeChat rejects is replaced once and the call repeated once, whatever comes then', async () => {
      await first.tokens.tokenFor(account);
      world.wechat.expire();
      world.wechat.rejectsAll = true;
      const error = await failure(first.api.call(account, CALL));

      expect(error).toBeInstanceOf(WechatRefusal);
      expect(error).toMatchObject({ errcode: 40001, rid: '1-2-3' });
      expect(world.wechat.calls).toMatchObject({ stable: 2, forced: 0, business: 2 });
    });

    it('an access token that WeChat rejects is tried again when WeChat says that it is the valid one, and not taken from others', async () => {
      const token = await first.tokens.tokenFor(account);
      world.wechat.spuriousRejections = 1;

      expect(await first.api.call(account, CALL)).toMatchObject({ token });
      expect(world.wechat.calls).toMatchObject({ stable: 2, forced: 0, business: 2 });
    });

    it('an access token that WeChat rejects is replaced by force when WeChat insists on it in vain', async () => {
      const processes = [first, ...(await world.processes(3))];
      await inAll(processes, 1, ({ tokens }) => tokens.tokenFor(account));
      world.wechat.stuck = true;
      world.wechat.expire();
      const answers = await inAll(processes, 10, ({ api }) => api.call(account, CALL));

      expect(new Set(answers.map(({ token }) => token))).toEqual(new Set(['forced_TOKEN_2']));
      expect(world.wechat.calls).toMatchObject({ stable: 2, forced: 1 });
    });

    it('an access token that WeChat rejects is not forced twice within thirty seconds', async () => {
      await first.tokens.tokenFor(account);
      world.wechat.stuck = true;
      world.wechat.expire();
      await first.api.call(account, CALL);
      world.wechat.expire();
      const second = await world.process();
      const errors = [
        await failure(first.api.call(account, CALL)),
        await failure(second.api.call(account, CALL)),
      ];

      for (const error of errors) expect(error).toBeInstanceOf(TokenUnavailable);
      expect(world.wechat.calls.forced).toBe(1);
    });

    it('an access token that WeChat rejects again and again makes an account fault, not a stream of token calls', async () => {
      await first.tokens.tokenFor(account);
      world.wechat.rejectsAll = true;
      const errors: unknown[] = [];
      for (let i = 0; i < 20; i++) {
        world.wechat.expire(); // as if another system fetched one each time
        errors.push(await failure(first.api.call(account, CALL)));
      }

      expect(errors.at(-1)).toMatchObject({ fault: { code: 'token_storm' } });
      expect(await first.accounts.byId(account.id)).toMatchObject({
        fault: { code: 'token_storm' },
      });
      expect(world.wechat.tokenCalls).toBe(4);
    });
  });

  describe('that another process is fetching', () => {
    const key = () => ({ appid: account.appid, mode: 'stable' as const });

    it('an access token that another process is fetching is waited for, and never fetched by those who wait', async () => {
      const lease = await first.store.acquire(key(), 'dead', 300);
      const error = await failure(first.tokens.tokenFor(account));

      expect(lease).toBeDefined();
      expect(error).toBeInstanceOf(TokenUnavailable);
      expect(world.wechat.tokenCalls).toBe(0);
    });

    it('an access token that another process is fetching is fetched by the next to ask after that process has died', async () => {
      await first.store.acquire(key(), 'dead', 300);
      await failure(first.tokens.tokenFor(account));

      expect(await first.tokens.tokenFor(account)).toBe('stable_TOKEN_1');
      expect(world.wechat.tokenCalls).toBe(1);
    });
  });

  describe('that cannot be had just now', () => {
    const passing: Record<string, object | string> = {
      'WeChat is busy': { errcode: -1, errmsg: 'system error' },
      'the minute is full': { errcode: 45011, errmsg: 'api minute-quota reach limit' },
      'a gateway answers': { status: 502 },
      'the answer is no JSON': '<html>',
      'the answer has no token': { expires_in: 7200 },
    };
    it.each(Object.entries(passing))(
      'an access token that cannot be had just now leaves the account alone, and WeChat for a while: %s',
      async (_why, answer) => {
        world.wechat.refusals = [answer];
        const errors = [];
        for (let i = 0; i < 5; i++) errors.push(await failure(first.tokens.tokenFor(account)));

        for (const error of errors) expect(error).toBeInstanceOf(TokenUnavailable);
        expect(await first.accounts.byId(account.id)).toMatchObject({ fault: null });
        expect(world.wechat.tokenCalls).toBe(1);
      },
    );

    it('an access token that cannot be had just now is fetched once WeChat answers again', async () => {
      world.wechat.refusals = [{ errcode: -1, errmsg: 'system error' }];
      await failure(first.tokens.tokenFor(account));
      world.wechat.refusals = [];
      const later = await world.process({ clockOffsetMs: 5_000 });

      expect(await later.tokens.tokenFor(account)).toBe('stable_TOKEN_1');
    });
  });

  it('an access token serves from a copy in the process, until WeChat rejects it', async () => {
    await first.tokens.tokenFor(account);
    await emptyTheStore();
    for (let i = 0; i < 3; i++) await first.api.call(account, CALL);
    expect(world.wechat.tokenCalls).toBe(1);

    world.wechat.expire();
    expect(await first.api.call(account, CALL)).toMatchObject({ token: 'stable_TOKEN_2' });
    expect(await first.tokens.tokenFor(account)).toBe('stable_TOKEN_2');
    expect(world.wechat.tokenCalls).toBe(2);
  });

  it('an access token is no use to the mode that did not fetch it', async () => {
    await first.tokens.tokenFor(account);
    const plain = await first.accounts.update(account.appid, { tokenMode: 'plain' });

    expect(await first.tokens.tokenFor(plain)).toBe('plain_TOKEN_2');
    expect(await first.tokens.tokenFor(account)).toBe('stable_TOKEN_1');
    expect(world.wechat.calls).toMatchObject({ stable: 1, plain: 1 });
  });

  it('an access token is fetched anew when the stored one was sealed under a master key that is gone', async () => {
    await first.tokens.tokenFor(account);
    const reading = await first.store.read({ appid: account.appid, mode: 'stable' });
    const lease = await first.store.acquire({ appid: account.appid, mode: 'stable' }, 'me', 1_000);
    const { record } = reading;
    if (!record?.token || !lease) throw new Error('there is a record and a lease');
    const sealed = Buffer.from(record.token.sealed);
    sealed.writeUInt8((sealed.at(-1) ?? 0) ^ 1, sealed.length - 1);
    const token = { ...record.token, sealed };
    await first.store.write({ appid: account.appid, mode: 'stable' }, lease, { ...record, token });
    await first.store.release({ appid: account.appid, mode: 'stable' }, 'me');

    expect(await (await world.process()).tokens.tokenFor(account)).toBe('stable_TOKEN_1');
    expect(world.wechat.tokenCalls).toBe(2);
  });

  async function everythingStored(): Promise<string> {
    if (backend.redisUrl === undefined) {
      const client = new pg.Client({ connectionString: world.databaseUrl });
      await client.connect();
      const { rows } = await client.query('select * from access_token');
      await client.end();
      return JSON.stringify(rows);
    }
    const redis = new Redis(backend.redisUrl);
    const stored = await redis.hgetall(`${world.prefix}:token:stable:${account.appid}`);
    await redis.quit();
    return Object.values(stored).join();
  }

  async function emptyTheStore(): Promise<void> {
    if (backend.redisUrl === undefined) {
      const client = new pg.Client({ connectionString: world.databaseUrl });
      await client.connect();
      await client.query('delete from access_token');
      await client.end();
      return;
    }
    const redis = new Redis(backend.redisUrl);
    await redis.del(`${world.prefix}:token:stable:${account.appid}`);
    await redis.quit();
  }
});
