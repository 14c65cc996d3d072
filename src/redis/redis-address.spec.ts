import { parseRedisUrl } from './redis-address.js';

describe('a Redis address', () => {
  it.each([
    [
      'redis://cache',
      { kind: 'standalone', node: { host: 'cache', port: 6379 }, db: 0, tls: false },
    ],
    [
      'redis://:p%40ss:w@cache:6380/2',
      {
        kind: 'standalone',
        node: { host: 'cache', port: 6380 },
        db: 2,
        tls: false,
        password: 'p@ss:w',
      },
    ],
    [
      'rediss://amy:secret@cache?db=3',
      {
        kind: 'standalone',
        node: { host: 'cache', port: 6379 },
        db: 3,
        tls: true,
        username: 'amy',
        password: 'secret',
      },
    ],
    [
      'redis://[::1]:7000/',
      { kind: 'standalone', node: { host: '::1', port: 7000 }, db: 0, tls: false },
    ],
    [
      'redis+sentinel://s1,s2:26380/main',
      {
        kind: 'sentinel',
        sentinels: [
          { host: 's1', port: 26379 },
          { host: 's2', port: 26380 },
        ],
        name: 'main',
        db: 0,
        tls: false,
      },
    ],
    [
      'redis+sentinel://amy:secret@s1/main?db=1&sentinelPassword=watch&tls=true',
      {
        kind: 'sentinel',
        sentinels: [{ host: 's1', port: 26379 }],
        name: 'main',
        db: 1,
        tls: true,
        username: 'amy',
        password: 'secret',
        sentinelPassword: 'watch',
      },
    ],
    [
      'redis+cluster://:secret@n1:7001,n2:7002',
      {
        kind: 'cluster',
        nodes: [
          { host: 'n1', port: 7001 },
          { host: 'n2', port: 7002 },
        ],
        tls: false,
        password: 'secret',
      },
    ],
  ])('a Redis address is read out of %s', (url, address) => {
    expect(parseRedisUrl(url)).toEqual(address);
  });

  it.each([
    ['http://:hunter2@cache', 'expected redis://'],
    ['redis://', 'expected redis://'],
    ['redis://:hunter2@a,b', 'redis+sentinel'],
    ['redis+sentinel://:hunter2@a,b', 'name'],
    ['redis+cluster://:hunter2@a/1', 'database 0'],
    ['redis://:hunter2@cache/main', 'number of a database'],
    ['redis://:hunter2@cache:99999', 'no port'],
    ['redis://:hunter2@a b', 'expected hosts'],
    ['redis://:hunter2%@cache', '%25'],
  ])('%s is refused with what was expected, and without its password', (url, expected) => {
    expect(() => parseRedisUrl(url)).toThrow(expected);
    expect(() => parseRedisUrl(url)).not.toThrow('hunter2');
    expect(() => parseRedisUrl(url)).toThrow(/^无法启动，REDIS_URL 有误：.*。 Cannot start: /);
  });
});
