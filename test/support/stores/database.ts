import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { migrateToLatest } from '../../../src/database/migrations/migrator.js';

export interface TestDatabase {
  readonly url: string;
  /** Removes the database, whoever is still connected. */
  drop(): Promise<void>;
}

/** A migrated database of the caller's own, cloned from the run's template. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const url = templateUrl();
  const template = url.pathname.slice(1);
  const name = `test_${randomBytes(6).toString('hex')}`;
  await onServer((client) => clone(client, template, name));
  url.pathname = `/${name}`;
  return {
    url: url.href,
    drop: () => onServer((client) => drop(client, name)),
  };
}

/** A migrated database in which text sorts as people sort it, `a` before `B`, wherever no collation is named. */
export async function createNaturalDatabase(): Promise<TestDatabase> {
  const url = templateUrl();
  const name = `test_${randomBytes(6).toString('hex')}`;
  await onServer((client) =>
    client.query(
      `create database ${name} template template0 locale_provider icu icu_locale 'en-US' encoding 'UTF8'`,
    ),
  );
  url.pathname = `/${name}`;
  await migrateToLatest(url.href);
  return {
    url: url.href,
    drop: () => onServer((client) => drop(client, name)),
  };
}

function templateUrl(): URL {
  const url = process.env['TEST_DATABASE_URL'];
  if (url === undefined) throw new Error('No test database: run the tests through "npm test".');
  return new URL(url);
}

const objectInUse = '55006';

/** Two clones of one template at a time disturb each other; the loser tries again. */
async function clone(client: pg.Client, template: string, name: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      // Copied as files, it is not written to the log as well.
      await client.query(`create database ${name} template ${template} strategy file_copy`);
      return;
    } catch (error) {
      if ((error as { code?: string }).code !== objectInUse || attempt === 20) throw error;
      await sleep(50);
    }
  }
}

/**
 * Connections that were just closed are given a moment to be gone (the server itself waits five seconds for them):
 * force would tell their owners an error.
 */
async function drop(client: pg.Client, name: string): Promise<void> {
  for (let attempt = 1; attempt <= 2; attempt++) {
    try {
      await client.query(`drop database if exists ${name}`);
      return;
    } catch (error) {
      if ((error as { code?: string }).code !== objectInUse) throw error;
      await sleep(50);
    }
  }
  await client.query(`drop database if exists ${name} with (force)`);
}

async function onServer(work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const url = templateUrl();
  url.pathname = '/postgres';
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
