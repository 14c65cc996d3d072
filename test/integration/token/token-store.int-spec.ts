import { spokenFault } from '../../../src/accounts/spoken-fault.js';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Account } from '../../../src/accounts/account.js';
import type { TokenRecord } from '../../../src/token/store/token-record.js';
import type { Lease, TokenKey, TokenStore } from '../../../src/token/store/token.store.js';
import { describeBothQueues } from '../../support/stores/redis.js';
import { TokenWorld } from '../../support/worlds/token-world.js';
import { both } from '../../../src/kernel/bilingual.js';

const instant = (text: string) => new Date(`2026-11-21T${text}Z`);

const RECORD: TokenRecord = {
  token: {
    sealed: Buffer.from([0, 1, 2, 253, 254, 255]),
    expiresAt: instant('10:00:00.123'),
    fetchedAt: instant('08:00:00.123'),
  },
  renewals: [instant('07:59:00.001')],
  forced: [instant('07:00:00.000'), instant('07:59:00.002')],
  confirmedAt: instant('07:58:00.000'),
  setback: {
    until: instant('08:01:00.000'),
    reason: '微信说 "no"',
    fault: {
      code: 'token_ip_not_allowed',
      errcode: 40164,
      rid: '1-2-3',
      ...spokenFault(both('不在白名单。', 'not in whitelist')),
      ip: '1.2.3.4',
    },
  },
};

describeBothQueues('a token store', (backend) => {
  let world: TokenWorld;
  let store: TokenStore;
  let other: TokenStore;
  let key: TokenKey;

  beforeAll(async () => {
    world = await TokenWorld.open(backend);
    const [first, second] = await world.processes(2);
    if (!first || !second) throw new Error('two processes were asked for');
    ({ store } = first);
    ({ store: other } = second);
    const account: Account = await world.account(first);
    key = { appid: account.appid, mode: 'stable' };
  });
  afterAll(() => world.close());
  afterEach(async () => {
    const lease = await takenOver(store, key);
    await store.release(key, lease.owner);
  });

  it('a token store tells many records at once, each at the place of its key', async () => {
    const lease = await takenOver(store, key);
    expect(await store.write(key, lease, RECORD)).toBe(true);
    const nobody: TokenKey = { ...key, mode: 'plain' };
    const [first, ...others] = await other.records([nobody, key, nobody, key]);
    expect([first, ...others]).toEqual([undefined, RECORD, undefined, RECORD]);
    expect(await other.records([])).toEqual([]);
  });

  /** Waits for whoever still holds it. */
  async function takenOver(by: TokenStore, of: TokenKey, forMs = 30_000): Promise<Lease> {
    const owner = randomUUID();
    for (;;) {
      const lease = await by.acquire(of, owner, forMs);
      if (lease) return lease;
      await sleep(20);
    }
  }

  it('a token store knows nothing at first', async () => {
    expect(await store.read({ ...key, mode: 'external' })).toEqual({
      record: undefined,
      leased: false,
    });
  });

  it('a token store gives every process the record that one has written, as it was', async () => {
    const lease = await takenOver(store, key, 2_000);

    expect(await store.write(key, lease, RECORD)).toBe(true);
    expect(await other.read(key)).toEqual({ record: RECORD, leased: true });
    await store.release(key, lease.owner);
    expect(await other.read(key)).toEqual({ record: RECORD, leased: false });
  });

  it('a token store replaces the whole record', async () => {
    const lease = await takenOver(store, key, 2_000);
    const empty: TokenRecord = {
      token: null,
      renewals: [],
      forced: [],
      confirmedAt: null,
      setback: null,
    };
    await store.write(key, lease, RECORD);
    await store.write(key, lease, empty);

    expect((await other.read(key)).record).toEqual(empty);
    await store.release(key, lease.owner);
  });

  it('a token store keeps the modes of one account apart', async () => {
    const lease = await takenOver(store, key, 2_000);
    await store.write(key, lease, RECORD);

    expect(await store.read({ ...key, mode: 'plain' })).toEqual({
      record: undefined,
      leased: false,
    });
    const plain = await store.acquire({ ...key, mode: 'plain' }, 'someone', 2_000);
    expect(plain).toBeDefined();
    await store.release({ ...key, mode: 'plain' }, 'someone');
    await store.release(key, lease.owner);
  });

  it('a token store grants the lease to one of many who ask at once', async () => {
    const asked = Array.from({ length: 20 }, (_, i) =>
      (i % 2 === 0 ? store : other).acquire(key, `owner-${i}`, 2_000),
    );
    const granted = (await Promise.all(asked)).filter((lease) => lease !== undefined);

    expect(granted).toHaveLength(1);
    await store.release(key, granted[0]?.owner ?? '');
  });

  it('a token store prolongs the lease of an owner who asks again', async () => {
    const { owner } = await takenOver(store, key, 60);
    expect(await store.acquire(key, owner, 30_000)).toMatchObject({ owner });
    await sleep(100); // past the first one's end

    expect(await other.acquire(key, 'other', 1_000)).toBeUndefined();
    await store.release(key, owner);
  });

  it('a token store lets a lease end by itself, for its owner may be dead', async () => {
    await takenOver(store, key, 50);

    const next = await takenOver(other, key);
    expect((await store.read(key)).leased).toBe(true);
    await other.release(key, next.owner);
  });

  it('a token store releases only the lease of who asks', async () => {
    const { owner } = await takenOver(store, key, 30_000);
    await other.release(key, 'somebody else');

    expect((await other.read(key)).leased).toBe(true);
    await store.release(key, owner);
    expect((await other.read(key)).leased).toBe(false);
  });

  it('a token store refuses what is written after the lease has ended', async () => {
    const lease = await takenOver(store, key, 50);
    while ((await store.read(key)).leased) await sleep(10);

    expect(await store.write(key, lease, RECORD)).toBe(false);
  });

  it('a token store refuses what is written after another has taken over', async () => {
    const late = await takenOver(store, key, 50);
    const lease = await takenOver(other, key);
    const theirs = { ...RECORD, confirmedAt: null };
    await other.write(key, lease, theirs);

    expect(await store.write(key, late, RECORD)).toBe(false);
    expect((await store.read(key)).record).toEqual(theirs);
    await other.release(key, lease.owner);
  });

  it('a token store refuses what is older than what it has, even from the owner of the lease', async () => {
    const lease = await takenOver(store, key);
    expect(await store.write(key, lease, RECORD)).toBe(true);

    const older = { ...lease, at: new Date(lease.at.getTime() - 1) };
    expect(await store.write(key, older, { ...RECORD, confirmedAt: null })).toBe(false);
    expect((await store.read(key)).record).toEqual(RECORD);
    await store.release(key, lease.owner);
  });

  it('a token store tells the time of a grant by its own clock, moved by the offset of the tests', async () => {
    const ahead = (await world.process({ clockOffsetMs: 3_600_000 })).store;
    const now = await takenOver(store, key);
    await store.release(key, now.owner);
    const later = await takenOver(ahead, key);
    await ahead.release(key, later.owner);

    const hours = (later.at.getTime() - now.at.getTime()) / 3_600_000;
    expect(hours).toBeGreaterThanOrEqual(1);
    expect(hours).toBeLessThan(1.1);
  });
});
