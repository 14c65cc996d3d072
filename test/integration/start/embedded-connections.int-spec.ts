import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { readEnvironment } from '../../../src/config/environment.js';
import { CONNECTIONS_BESIDE, processConnections } from '../../../src/process-connections.js';
import { QUEUE_NAMES } from '../../../src/queue/queue-names.js';
import { Service } from '../../../src/service.js';

describe('the connections of the embedded database', () => {
  let dir: string;
  let service: Service | undefined;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'weicast-connections-'));
    // As root, the database runs as somebody else, who must pass.
    await chmod(dir, 0o755);
    service = await Service.start(
      readEnvironment({
        PORT: '0',
        DATA_DIR: dir,
        WEICAST_ADMIN_KEY: randomBytes(24).toString('base64url'),
        WECHAT_API_BASE: 'http://127.0.0.1:9',
        LOG_LEVEL: 'silent',
      }),
    );
  });
  afterAll(async () => {
    await service?.stop();
    await rm(dir, { recursive: true, force: true });
  });

  const number = async (query: string): Promise<number> => {
    const client = new pg.Client({ connectionString: service?.config.database.url });
    await client.connect();
    const { rows } = await client.query<{ n: number }>(query);
    await client.end();
    return rows[0]!.n;
  };

  it('the connections of the embedded database are as many as a process with every role may take, and some beside', async () => {
    const { config, url } = service!;
    const most = processConnections({
      poolSize: config.database.poolSize,
      queue: config.queue,
      roles: config.roles,
    });
    // Two pools, and for each queue what adds jobs, what takes them and what listens.
    expect(most).toBe(20 + QUEUE_NAMES.length * 9);
    const allowed = await number("select current_setting('max_connections')::int as n");
    expect(allowed).toBe(most + CONNECTIONS_BESIDE);

    const health = `${url}/health/ready`;
    await Promise.all(
      Array.from({ length: 60 }, () => fetch(health).then((answer) => answer.text())),
    );
    const taken = await number(
      "select count(*)::int as n from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()",
    );
    expect(taken).toBeGreaterThan(QUEUE_NAMES.length);
    expect(taken).toBeLessThanOrEqual(most);
  });
});
