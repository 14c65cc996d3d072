import type { Cluster, Redis } from 'ioredis';
import { withTimeout } from '../../kernel/with-timeout.js';
import { fromJson, toJson, type TokenRecord, type TokenRecordJson } from './token-record.js';
import { type Lease, type TokenKey, type TokenReading, TokenStore } from './token.store.js';

/** A record outlives its token by a day, for the sake of the day's count of forced refreshes. */
const RECORD_TTL_MS = 2 * 24 * 60 * 60 * 1_000;

/** A little longer than the connection's own limit, whose error says more. */
const PATIENCE_MS = 4_000;

const READ = `
return { redis.call('EXISTS', KEYS[2]), redis.call('HGET', KEYS[1], 'record') }`;

const ACQUIRE = `
local owner = redis.call('GET', KEYS[2])
if owner and owner ~= ARGV[1] then return false end
redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2])
local time = redis.call('TIME')
return time[1] * 1000 + math.floor(time[2] / 1000)`;

const WRITE = `
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
local writtenAt = redis.call('HGET', KEYS[1], 'writtenAt')
if writtenAt and tonumber(writtenAt) > tonumber(ARGV[2]) then return 0 end
redis.call('HSET', KEYS[1], 'writtenAt', ARGV[2], 'record', ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return 1`;

const RELEASE = `
if redis.call('GET', KEYS[2]) == ARGV[1] then redis.call('DEL', KEYS[2]) end`;

const FORGET = `
redis.call('DEL', KEYS[1], KEYS[2])`;

/** Record and lease are two keys of one hash tag, so that one script may see both on a cluster too. */
export class RedisTokenStore extends TokenStore {
  readonly #redis: Redis | Cluster;
  /** With its hash tag. */
  readonly #prefix: string;
  /** Of the test clock, which Redis does not know. */
  readonly #clockOffsetMs: number;

  constructor(
    redis: Redis | Cluster,

    prefix: string,

    clockOffsetMs: number,
  ) {
    super();
    this.#redis = redis;
    this.#prefix = prefix;
    this.#clockOffsetMs = clockOffsetMs;
  }

  async read(key: TokenKey): Promise<TokenReading> {
    const [leased, record] = (await this.#run(READ, key)) as [number, string | null];
    return {
      leased: leased === 1,
      record: record === null ? undefined : fromJson(JSON.parse(record) as TokenRecordJson),
    };
  }

  /** The commands go out together, on one connection. */
  async records(keys: readonly TokenKey[]): Promise<(TokenRecord | undefined)[]> {
    const readings = await Promise.all(keys.map((key) => this.read(key)));
    return readings.map(({ record }) => record);
  }

  async acquire(key: TokenKey, owner: string, forMs: number): Promise<Lease | undefined> {
    const at = (await this.#run(ACQUIRE, key, owner, forMs)) as number | null;
    return at === null ? undefined : { owner, at: new Date(at + this.#clockOffsetMs) };
  }

  async write(key: TokenKey, { owner, at }: Lease, record: TokenRecord): Promise<boolean> {
    const json = JSON.stringify(toJson(record));
    return (await this.#run(WRITE, key, owner, at.getTime(), json, RECORD_TTL_MS)) === 1;
  }

  async release(key: TokenKey, owner: string): Promise<void> {
    await this.#run(RELEASE, key, owner);
  }

  async forget(key: TokenKey): Promise<void> {
    await this.#run(FORGET, key);
  }

  #run(script: string, { appid, mode }: TokenKey, ...args: (string | number)[]): Promise<unknown> {
    const record = `${this.#prefix}:token:${mode}:${appid}`;
    return inTime(this.#redis.eval(script, 2, record, `${record}:lease`, ...args));
  }
}

/** Bounds the wait for a reply: while a cluster is away, ioredis lets commands wait without end. */
const inTime = <Reply>(reply: Promise<Reply>): Promise<Reply> =>
  withTimeout(PATIENCE_MS, reply, () => {
    throw new Error('Redis does not answer');
  });
