import { Redis } from 'ioredis';
import { gatherWrites } from '../../../src/redis/gathered-writes.js';
import { describeWithRedis, uniquePrefix } from '../../support/stores/redis.js';

describeWithRedis('commands to Redis that are given in one turn', (redisUrl) => {
  let redis: Redis;
  beforeEach(async () => {
    redis = new Redis(redisUrl);
    gatherWrites(redis);
    await redis.ping();
  });
  afterEach(() => redis.disconnect());

  it('commands to Redis that are given in one turn wait for one another, leave together, and are answered in their order', async () => {
    const key = uniquePrefix();
    const answers = Promise.all([redis.incr(key), redis.incr(key), redis.incr(key)]);
    const waiting = redis.stream.writableLength;
    expect(redis.stream.writableCorked).toBe(1);
    await Promise.resolve(); // the same turn
    const also = redis.incr(key);
    expect(redis.stream.writableLength).toBeGreaterThan(waiting);
    expect([await answers, await also]).toEqual([[1, 2, 3], 4]);
    expect([redis.stream.writableCorked, redis.stream.writableLength]).toEqual([0, 0]);
  });

  it('commands to Redis that are given in one turn are given again on the next connection, where this one breaks before they have left', async () => {
    const answer = redis.ping();
    redis.stream.destroy(new Error('cut'));
    redis.on('error', () => {});
    expect(await answer).toBe('PONG');
  });
});
