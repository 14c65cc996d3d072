import { CamelCasePlugin, Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';

/** The setting that lets SQL's `clock_now()` follow the test clock. */
export const clockSetting = (offsetMs: number): Readonly<Record<string, string>> => ({
  'weicast.clock_offset_ms': String(offsetMs),
});

/** The same as a startup option. */
export const clockOption = (offsetMs: number): string => `-c weicast.clock_offset_ms=${offsetMs}`;

/** Kysely over a pool: camelCase in TypeScript, snake_case in SQL, `jsonb` contents left as they are. */
export const kyselyOn = <Tables>(pool: pg.Pool): Kysely<Tables> =>
  new Kysely<Tables>({
    dialect: new PostgresDialect({ pool }),
    plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
  });
