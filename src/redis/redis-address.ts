import { cannotStart, type StartFault } from '../kernel/start-fault.js';
import { Cluster, Redis, type RedisOptions } from 'ioredis';

interface Node {
  readonly host: string;
  readonly port: number;
}

interface Login {
  readonly username?: string;
  readonly password?: string;
  readonly tls: boolean;
}

/** Where a Redis is, in one of the three ways in which it can be run. */
export type RedisAddress =
  | (Login & { readonly kind: 'standalone'; readonly node: Node; readonly db: number })
  | (Login & {
      readonly kind: 'sentinel';
      readonly sentinels: readonly Node[];
      /** The group of servers that the sentinels watch. */
      readonly name: string;
      readonly db: number;
      /** Sentinels have a password of their own, or none. */
      readonly sentinelUsername?: string;
      readonly sentinelPassword?: string;
    })
  | (Login & { readonly kind: 'cluster'; readonly nodes: readonly Node[] });

/** What the holder of a connection decides. BullMQ's workers want `maxRetriesPerRequest: null`. */
export type ConnectionBehaviour = Pick<
  RedisOptions,
  'maxRetriesPerRequest' | 'commandTimeout' | 'socketTimeout' | 'connectionName' | 'lazyConnect'
>;

/** A machine that is gone, or hangs, gives no answer: after this time the next one is asked. */
const CONNECT_TIMEOUT_MS = 5_000;
const SENTINEL_TIMEOUT_MS = 2_000;
/** Pause before a command that a cluster's node could not take is tried again. */
const CLUSTER_PAUSE_MS = 200;
/** How often a cluster is asked who serves its slots: a node that hangs may have been replaced. */
const SLOTS_REFRESH_MS = 5_000;
/** A connection that is closed is given so long to say so. ioredis waits even for one that was closed before. */
const DISCONNECT_MS = 200;

/** Looked for anywhere in the text: until Redis 6.2 a script's error quotes the server's. */
const LOST_ITS_PLACE = /\b(?:READONLY|MASTERDOWN|UNBLOCKED)\b/;

const REDIS_PORT = 6379;
const SENTINEL_PORT = 26379;
const SHAPE =
  /^redis(?<tls>s?)(?:\+(?<kind>sentinel|cluster))?:\/\/(?:(?<login>[^@/]*)@)?(?<hosts>[^/?]+)(?:\/(?<path>[^?]*))?(?:\?(?<query>.*))?$/;

/**
 * Reads `redis://`, `rediss://` (TLS), `redis+sentinel://h1,h2/name` and `redis+cluster://h1,h2`, each with
 * `user:password@` and ports where wanted; `?db=`, `?tls=true`, `?sentinelUsername=`, `?sentinelPassword=`.
 * Its errors never show the address, which may hold a password.
 */
export function parseRedisUrl(url: string): RedisAddress {
  const parts = SHAPE.exec(url)?.groups;
  if (parts === undefined) {
    throw redisFault(
      '应为 redis://host:6379、rediss://host:6379、redis+sentinel://host1,host2/name 或 redis+cluster://host1,host2。',
      'expected redis://host:6379, rediss://host:6379, redis+sentinel://host1,host2/name or redis+cluster://host1,host2',
    );
  }
  const { kind = 'standalone', hosts = '', path = '' } = parts;
  const query = new URLSearchParams(parts['query']);
  const login = loginOf(parts['login'], parts['tls'] === 's' || query.get('tls') === 'true');
  const nodes = hosts
    .split(',')
    .map((host) => nodeOf(host, kind === 'sentinel' ? SENTINEL_PORT : REDIS_PORT));

  switch (kind) {
    case 'cluster':
      if (databaseIn(query.get('db') ?? path) !== 0) {
        throw redisFault('集群只有 0 号数据库。', 'a cluster has only database 0');
      }
      return { kind: 'cluster', nodes, ...login };
    case 'sentinel': {
      const [sentinelUsername, sentinelPassword] = [
        query.get('sentinelUsername'),
        query.get('sentinelPassword'),
      ];
      if (path === '') {
        throw redisFault(
          '哨兵地址需要写明主节点组名：redis+sentinel://host1,host2/name。',
          'sentinels need the name of their group: redis+sentinel://host1,host2/name',
        );
      }
      return {
        kind: 'sentinel',
        sentinels: nodes,
        name: decoded(path),
        db: databaseIn(query.get('db') ?? ''),
        ...login,
        ...(sentinelUsername !== null && { sentinelUsername }),
        ...(sentinelPassword !== null && { sentinelPassword }),
      };
    }
    default: {
      const [node, second] = nodes;
      if (node === undefined || second !== undefined) {
        throw redisFault(
          '多个主机须用 redis+sentinel:// 或 redis+cluster://。',
          'several hosts need redis+sentinel:// or redis+cluster://',
        );
      }
      return {
        kind: 'standalone',
        node,
        db: databaseIn(query.get('db') ?? path),
        ...login,
      };
    }
  }
}

/**
 * Opens a connection that keeps trying: an absent Redis is an event of the connection and a failure of its
 * commands, never the end of the process. Callers may listen to `error`; they need not.
 */
export function connectRedis(
  address: RedisAddress,
  behaviour: ConnectionBehaviour,
): Redis | Cluster {
  const { tls, username, password } = address;
  const options: ConnectionBehaviour & RedisOptions = {
    ...behaviour,
    connectTimeout: CONNECT_TIMEOUT_MS,
    disconnectTimeout: DISCONNECT_MS,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(tls && { tls: {} }),
    // After a failover the old primary still answers, as a replica: find the new one and ask there again.
    reconnectOnError: (error) => (LOST_ITS_PLACE.test(error.message) ? 2 : false),
  };
  const connection = open(address, options);
  connection.on('error', () => {});
  return connection;
}

function open(address: RedisAddress, options: ConnectionBehaviour & RedisOptions): Redis | Cluster {
  switch (address.kind) {
    case 'standalone':
      return new Redis({ ...options, ...address.node, db: address.db });
    case 'sentinel': {
      const { sentinels, name, db, sentinelUsername, sentinelPassword } = address;
      return new Redis({
        ...options,
        sentinels: [...sentinels],
        name,
        db,
        sentinelCommandTimeout: SENTINEL_TIMEOUT_MS,
        ...(sentinelUsername !== undefined && { sentinelUsername }),
        ...(sentinelPassword !== undefined && { sentinelPassword }),
        ...(address.tls && { enableTLSForSentinelMode: true, sentinelTLS: {} }),
      });
    }
    case 'cluster': {
      const { lazyConnect = false, ...redisOptions } = options;
      const cluster = new Cluster([...address.nodes], {
        lazyConnect,
        redisOptions,
        clusterRetryStrategy: (times) => Math.min(times * 50, 2_000),
        retryDelayOnFailover: CLUSTER_PAUSE_MS,
        retryDelayOnClusterDown: CLUSTER_PAUSE_MS,
        // The others go on naming a node that is away: without a pause that would be a busy loop.
        retryDelayOnMoved: CLUSTER_PAUSE_MS,
        // A cluster ignores `maxRetriesPerRequest`. Connections that wait for a Redis wait for a node of a cluster too.
        ...(options.maxRetriesPerRequest === null && { maxRedirections: Infinity }),
        // Certificates name hosts, so names are not resolved to addresses first.
        ...(address.tls && { dnsLookup: (host, found) => found(null, host) }),
      });
      refreshSlots(cluster);
      return cluster;
    }
  }
}

/** Instead of `slotsRefreshInterval`: a cluster that is closed while it is being asked would go on asking for ever. */
function refreshSlots(cluster: Cluster): void {
  const refreshing = setInterval(() => {
    if (cluster.status !== 'wait') cluster.refreshSlotsCache();
  }, SLOTS_REFRESH_MS);
  refreshing.unref();
  cluster.once('end', () => clearInterval(refreshing));
}

function loginOf(login: string | undefined, tls: boolean): Login {
  const [username = '', password = ''] = (login ?? '').split(/:(.*)/s).map(decoded);
  return {
    tls,
    ...(username !== '' && { username }),
    ...(password !== '' && { password }),
  };
}

function nodeOf(text: string, defaultPort: number): Node {
  const match = /^(?:\[([\da-fA-F:.]+)\]|([^:\s[\]]+))(?::(\d+))?$/.exec(text.trim());
  const host = match?.[1] ?? match?.[2];
  if (host === undefined)
    throw redisFault(
      '主机应写作 name、name:port 或 [ipv6]:port。',
      'expected hosts as name, name:port or [ipv6]:port',
    );
  const port = match?.[3] === undefined ? defaultPort : Number(match[3]);
  if (port < 1 || port > 65_535) throw redisFault(`${port} 不是有效端口。`, `${port} is no port`);
  return { host, port };
}

function databaseIn(text: string): number {
  if (text === '') return 0;
  if (!/^\d{1,5}$/.test(text))
    throw redisFault('数据库应写编号，如 0。', 'expected the number of a database');
  return Number(text);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw redisFault('"%" 本身要写作 %25。', 'a "%" that stands for itself is written %25');
  }
}

const redisFault = (zh: string, en: string): StartFault =>
  cannotStart(`REDIS_URL 有误：${zh}`, `REDIS_URL: ${en}`);
