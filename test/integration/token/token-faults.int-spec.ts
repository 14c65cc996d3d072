import type { Account } from '../../../src/accounts/account.js';
import { AccountFaulted, TokenUnavailable } from '../../../src/token/store/token.errors.js';
import { describeBothQueues } from '../../support/stores/redis.js';
import { type TokenProcess, TokenWorld } from '../../support/worlds/token-world.js';

const CALL = { path: '/cgi-bin/x' };

const failure = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => new Error('it succeeded'),
    (error: unknown) => error,
  );

describeBothQueues('a token that a person must see to', (backend) => {
  let world: TokenWorld;
  let process: TokenProcess;
  let account: Account;

  beforeAll(async () => {
    world = await TokenWorld.open(backend);
    process = await world.process();
  });
  beforeEach(async () => {
    account = await world.account(process);
  });
  afterAll(() => world.close());

  const ask = () => failure(process.tokens.tokenFor(account));
  const fault = async () => (await process.accounts.requireAccount(account.appid)).fault;

  it.each([
    [40001, 'token_secret_refused', 'AppSecret'],
    [40125, 'token_secret_refused', 'AppSecret'],
    [40013, 'token_appid_refused', 'appid'],
    [40243, 'token_secret_frozen', '冻结'],
    [45009, 'token_quota_spent', '额度'],
    [50004, 'token_forbidden', 'token'],
    [50007, 'token_account_frozen', '冻结'],
    [89503, 'token_ip_awaits_consent', '管理员'],
    [89506, 'token_ip_refused', '24'],
    [89507, 'token_ip_refused', '1 hour'],
    [99999, 'token_refused', '99999'],
  ])(
    'a token that a person must see to is the account fault of errcode %i, and no loop',
    async (errcode, code, word) => {
      world.wechat.refusals = [{ errcode, errmsg: 'no rid: 65f1-2a-3b' }];
      const errors = [await ask(), await ask(), await failure(process.api.call(account, CALL))];

      for (const error of errors) expect(error).toBeInstanceOf(AccountFaulted);
      expect(world.wechat.calls).toMatchObject({ stable: 1, business: 0 });
      expect(await fault()).toMatchObject({
        code,
        errcode,
        rid: '65f1-2a-3b',
        message: expect.stringContaining(word),
      });
    },
  );

  it('a token that a person must see to shows our address where it is not on the whitelist', async () => {
    const errmsg = 'invalid ip 1.2.3.4 ipv6 ::ffff:1.2.3.4, not in whitelist rid: 65f1-2a-3b';
    world.wechat.refusals = [{ errcode: 40164, errmsg }];

    expect(await ask()).toMatchObject({ message: expect.stringContaining('1.2.3.4') });
    expect(await fault()).toMatchObject({ code: 'token_ip_not_allowed', ip: '1.2.3.4' });
  });

  it('a token that a person must see to is tried again after a minute, and the fault lifted once WeChat agrees', async () => {
    world.wechat.refusals = [{ errcode: 40164, errmsg: 'invalid ip 1.2.3.4' }];
    await ask();
    world.wechat.refusals = [];
    expect(await ask()).toBeInstanceOf(AccountFaulted);
    const later = await world.process({ clockOffsetMs: 61_000 });

    expect(await later.tokens.tokenFor(account)).toBe('stable_TOKEN_1');
    expect(await fault()).toBeNull();
    expect(world.wechat.tokenCalls).toBe(2);
  });

  it('a token that a person must see to is tried at once with another secret', async () => {
    world.wechat.refusals = [{ errcode: 40125, errmsg: 'invalid appsecret' }];
    await ask();
    world.wechat.refusals = [];
    await process.accounts.update(account.appid, { secret: 'the-right-one' });

    expect(await process.tokens.tokenFor(account)).toBe('stable_TOKEN_1');
    expect(world.wechat.secrets).toEqual(['a-secret', 'the-right-one']);
    expect(await fault()).toBeNull();
  });

  it('a token that a person must see to keeps using a token that lives', async () => {
    const token = await process.tokens.tokenFor(account);
    world.wechat.refusals = [{ errcode: 40125, errmsg: 'invalid appsecret' }];
    const late = await world.process({ clockOffsetMs: 7_000_000 });

    expect(await late.tokens.tokenFor(account)).toBe(token);
    expect(await fault()).toMatchObject({ code: 'token_secret_refused' });
  });

  describe('of an external address', () => {
    beforeEach(async () => {
      account = await world.account(process, 'external');
    });

    it('a token that a person must see to of an external address is asked for there, with the bearer, and kept like any other', async () => {
      expect(await process.api.call(account, CALL)).toMatchObject({ token: 'external_TOKEN_1' });
      const second = await world.process();

      expect(await second.tokens.tokenFor(account)).toBe('external_TOKEN_1');
      expect(world.wechat.calls).toMatchObject({ external: 1, stable: 0 });
      expect(world.wechat.bearers).toEqual(['Bearer the-bearer']);
    });

    it('a token that a person must see to of an external address is read once more when WeChat rejects it', async () => {
      await process.tokens.tokenFor(account);
      world.wechat.expire();

      expect(await process.api.call(account, CALL)).toMatchObject({ token: 'external_TOKEN_2' });
      expect(world.wechat.calls.external).toBe(2);
    });

    it('a token that a person must see to of an external address is an account fault when that reading gives the same', async () => {
      await process.tokens.tokenFor(account);
      world.wechat.stuck = true;
      world.wechat.expire();
      const errors = [
        await failure(process.api.call(account, CALL)),
        await failure(process.api.call(account, CALL)),
      ];

      for (const error of errors) expect(error).toBeInstanceOf(AccountFaulted);
      expect(await fault()).toMatchObject({ code: 'token_external_rejected', errcode: null });
      expect(world.wechat.calls.external).toBe(2);
    });

    it.each([
      ['it refuses the bearer', { status: 401 }, 'token_external_refused'],
      ['it is not there', { status: 404 }, 'token_external_refused'],
      ['it leads elsewhere', { status: 302 }, 'token_external_refused'],
      ['it answers no JSON', '<html>', 'token_external_unreadable'],
      ['it answers no token', { expires_in: 7200 }, 'token_external_unreadable'],
      ['it answers no life', { access_token: 'abc' }, 'token_external_unreadable'],
      [
        'its token holds spaces',
        { access_token: 'a b', expires_in: 7200 },
        'token_external_unreadable',
      ],
    ])('a token of an external address is an account fault when %s', async (_why, answer, code) => {
      world.wechat.refusals = [answer];

      expect(await ask()).toBeInstanceOf(AccountFaulted);
      expect(await fault()).toMatchObject({ code });
    });

    it.each([
      ['it is in trouble', { status: 500 }],
      ['it wants to be left alone', { status: 429 }],
      ['its answer is too large', 'x'.repeat(70_000)],
    ])('a token of an external address is waited for when %s', async (_why, answer) => {
      world.wechat.refusals = [answer];

      expect(await ask()).toBeInstanceOf(TokenUnavailable);
      expect(await fault()).toBeNull();
    });

    it('a token that a person must see to of an external address is not asked for at an address inside the network, whatever was saved', async () => {
      const inside = { ...account, externalTokenUrl: 'http://10.1.2.3/token' };

      expect(await failure(process.tokens.tokenFor(inside))).toBeInstanceOf(AccountFaulted);
      expect(await fault()).toMatchObject({ code: 'token_external_address_refused' });
    });
  });
});

describe('a token store that is away', () => {
  it.each([
    'redis://127.0.0.1:1',
    'redis+sentinel://127.0.0.1:1/main',
    'redis+cluster://127.0.0.1:1',
  ])(
    'a token store that is away leaves calls unsent and to be tried again, and the process alive: %s',
    async (redisUrl) => {
      const world = await TokenWorld.open({ name: 'PostgreSQL' });
      const process = await world.process({ redisUrl });
      const account = await world.account(process);
      const error = await failure(process.api.call(account, CALL));

      expect(error).toBeInstanceOf(TokenUnavailable);
      expect(world.wechat.calls).toMatchObject({ stable: 0, business: 0 });
      await world.close();
    },
  );
});
