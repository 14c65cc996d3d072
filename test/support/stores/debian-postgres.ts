import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { embeddedRole, openCluster } from '../../../src/database/embedded/embedded-cluster.js';
import { EmbeddedServer } from '../../../src/database/embedded/embedded-server.js';
import { chooseDatabaseUser, claimFolder } from '../../../src/database/embedded/embedded-user.js';

const ROOT = '/usr/lib/postgresql';

export interface OlderPostgres {
  /** Of its database `postgres`. */
  readonly url: string;
  stop(): Promise<void>;
}

/** The folder of an older PostgreSQL's programs, as Debian's packages install them: the oldest from 15 on. */
export function findOlderPostgres(): string | undefined {
  const found = existsSync(ROOT)
    ? readdirSync(ROOT)
        .map(Number)
        .filter((version) => version >= 15 && version < 18)
        .sort((a, b) => a - b)
        .map((version) => join(ROOT, String(version), 'bin'))
        .find((bin) => existsSync(join(bin, 'postgres')) && existsSync(join(bin, 'initdb')))
    : undefined;
  if (found === undefined && process.env['CI'])
    throw new Error(`No PostgreSQL from 15 to 17 was found in ${ROOT}: in CI it is not skipped.`);
  return found;
}

/** A server of that PostgreSQL, in a folder of its own. */
export async function startOlderPostgres(bin: string, maxConnections = 50): Promise<OlderPostgres> {
  const dir = await mkdtemp(join(tmpdir(), 'weicast-older-'));
  claimFolder(dir);
  const binaries = {
    initdb: join(bin, 'initdb'),
    postgres: join(bin, 'postgres'),
    pgCtl: join(bin, 'pg_ctl'),
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
  };
  const cluster = await openCluster(dir, chooseDatabaseUser(join(dir, 'data')), binaries, false);
  const server = await EmbeddedServer.start(cluster, binaries, {
    durable: false,
    maxConnections,
  });
  return {
    url: `postgres://${embeddedRole}:${cluster.password}@127.0.0.1:${server.port}/postgres`,
    stop: async () => {
      await server.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
