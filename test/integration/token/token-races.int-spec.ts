import type { Account } from '../../../src/accounts/account.js';
import { Sealer } from '../../../src/accounts/seal.js';
import { Clock } from '../../../src/kernel/clock.js';
import type { TokenRecord } from '../../../src/token/store/token-record.js';
import { TokenRefresher } from '../../../src/token/token-refresher.js';
import { TokenBackoff } from '../../../src/token/token-backoff.js';
import { TokenService } from '../../../src/token/token.service.js';
import { TokenSource } from '../../../src/token/source/token.source.js';
import {
  type Lease,
  type TokenKey,
  type TokenReading,
  TokenStore,
} from '../../../src/token/store/token.store.js';
import { describeBothQueues } from '../../support/stores/redis.js';
import { type TokenProcess, TokenWorld } from '../../support/worlds/token-world.js';

/** The real store, with a moment before each step in which the test may let others act. */
class InterruptedStore extends TokenStore {
  reads = 0;
  beforeRead: () => Promise<unknown> = () => Promise.resolve();
  beforeAcquire: () => Promise<unknown> = () => Promise.resolve();
  beforeWrite: (owner: string) => Promise<unknown> = () => Promise.resolve();
  readonly #real: TokenStore;

  constructor(real: TokenStore) {
    super();
    this.#real = real;
  }

  async read(key: TokenKey): Promise<TokenReading> {
    this.reads++;
    await this.beforeRead();
    return await this.#real.read(key);
  }

  records(keys: readonly TokenKey[]): Promise<(TokenRecord | undefined)[]> {
    return this.#real.records(keys);
  }

  forget(key: TokenKey): Promise<void> {
    return this.#real.forget(key);
  }

  async acquire(key: TokenKey, owner: string, forMs: number): Promise<Lease | undefined> {
    await this.beforeAcquire();
    return await this.#real.acquire(key, owner, forMs);
  }

  async write(key: TokenKey, lease: Lease, record: TokenRecord): Promise<boolean> {
    await this.beforeWrite(lease.owner);
    return await this.#real.write(key, lease, record);
  }

  async release(key: TokenKey, owner: string): Promise<void> {
    await this.#real.release(key, owner);
  }
}

describeBothQueues('two processes that refresh a token', (backend) => {
  let world: TokenWorld;
  let first: TokenProcess;
  let second: TokenProcess;
  let store: InterruptedStore;
  let tokens: TokenService;
  let account: Account;

  const once = (act: (owner: string) => Promise<unknown>) => {
    let done = false;
    return async (owner = ''): Promise<void> => {
      if (done) return;
      done = true;
      await act(owner);
    };
  };
  const startFirst = () => {
    store = new InterruptedStore(first.store);
    const clock = first.part(Clock);
    const [source, trouble] = [first.part(TokenSource), first.part(TokenBackoff)];
    tokens = new TokenService(
      new TokenRefresher(store, source, trouble, first.part(Sealer), clock),
      clock,
    );
  };

  beforeAll(async () => {
    world = await TokenWorld.open(backend);
    first = await world.process();
  });
  beforeEach(async () => {
    account = await world.account(first);
    second = await world.process();
    startFirst();
  });
  afterAll(() => world.close());

  it('two processes that refresh a token go to the store once each, however many of theirs ask', async () => {
    await Promise.all(Array.from({ length: 100 }, () => tokens.tokenFor(account)));

    expect(store.reads).toBe(2); // before the lease, and under it
  });

  it('two processes that refresh a token fetch once, when one finishes between the reading and the lease of the other', async () => {
    store.beforeAcquire = once(() => second.tokens.tokenFor(account));

    expect(await tokens.tokenFor(account)).toBe('stable_TOKEN_1');
    expect(world.wechat.tokenCalls).toBe(1);
  });

  it('two processes that refresh a token end with the later token, when one was so slow that it lost its lease', async () => {
    account = await world.account(first, 'plain');
    store.beforeWrite = once(async (owner) => {
      await store.release({ appid: account.appid, mode: 'plain' }, owner);
      await second.tokens.tokenFor(account);
    });

    expect(await tokens.tokenFor(account)).toBe('plain_TOKEN_2');
    expect(await (await world.process()).tokens.tokenFor(account)).toBe('plain_TOKEN_2');
    expect(world.wechat.calls.plain).toBe(2);
  });

  it('two processes that refresh a token use what they have fetched even if it cannot be stored', async () => {
    store.beforeWrite = () => Promise.reject(new Error('the store is away'));

    expect(await tokens.tokenFor(account)).toBe('stable_TOKEN_1');
  });

  it('two processes that refresh a token do not take a reading from before a rejection for its answer', async () => {
    const dead = await second.tokens.tokenFor(account);
    world.wechat.expire();
    let goOn = (): void => {};
    store.beforeRead = once(() => new Promise<void>((resolve) => (goOn = resolve)));
    const reading = tokens.tokenFor(account);
    const replacing = tokens.replacementFor(account, dead);
    goOn();

    expect(await reading).toBe(dead);
    expect(await replacing).toBe('stable_TOKEN_2');
    expect(await tokens.tokenFor(account)).toBe('stable_TOKEN_2');
  });

  it('two processes that refresh a token have one refresh for all who were rejected, also for those whose answer comes late', async () => {
    const dead = await tokens.tokenFor(account);
    world.wechat.expire();
    const early = await Promise.all([1, 2, 3].map(() => tokens.replacementFor(account, dead)));
    const late = await tokens.replacementFor(account, dead);

    expect(new Set([...early, late])).toEqual(new Set(['stable_TOKEN_2']));
    expect(world.wechat.tokenCalls).toBe(2);
  });
});
