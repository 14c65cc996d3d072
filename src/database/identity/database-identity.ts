import { Injectable, Logger } from '@nestjs/common';
import type pg from 'pg';
import {
  type DatabaseFingerprint,
  FingerprintReader,
  FINGERPRINT_PARTS,
  type FingerprintReading,
} from './database-fingerprint.js';

/**
 * Acts on a database that took the place of the one we knew, in the transaction that writes the new one down.
 * `change` says how it was noticed.
 */
export type ReplacementListener = (tx: pg.ClientBase, change: string) => Promise<void>;

/** The highest position that this process has seen, and when the server said so. */
interface Highest {
  readonly walPosition: bigint;
  readonly at: Date;
}

/**
 * Notices when the database is not the one that it was: restored from a dump, a copy or a point in time, or
 * failed over to a server that may lack the last commits. Each new connection is checked before anybody has it,
 * so nothing is written to such a database before the listener has acted.
 *
 * The fingerprint on record lies in the database itself. Files that were put back whole carry their record with
 * them: processes that outlive such a restore notice it by the position of the WAL.
 */
@Injectable()
export class DatabaseIdentity {
  readonly #logger = new Logger(DatabaseIdentity.name);
  readonly #reader = new FingerprintReader((part, err) =>
    this.#logger.warn(
      { err },
      `the server does not tell its ${part}: a replaced database is not noticed by it`,
    ),
  );
  #pool: pg.Pool | undefined;
  #listener: ReplacementListener | undefined;
  #known: DatabaseFingerprint | undefined;
  #highest: Highest | undefined;

  /** Without a listener nothing is checked: a record that only knows the new database would hide the change. */
  onReplaced(listener: ReplacementListener): void {
    this.#listener = listener;
  }

  /** `checkAgain` takes its connection from here. */
  usePool(pool: pg.Pool): void {
    this.#pool = pool;
  }

  /**
   * Checks over a connection that exists. Beside new connections, because a pooler may change the server behind
   * old ones, and because a position that was seen lately shows a restore of files that are hardly older.
   */
  async checkAgain(): Promise<void> {
    const client = await this.#pool?.connect();
    if (!client) return;
    let broken: boolean | Error = false;
    try {
      await this.check(client);
    } catch (error) {
      broken = error as Error;
      throw error;
    } finally {
      client.release(broken);
    }
  }

  /** Throws where the check could not be made: such a connection is not to be used. */
  async check(client: pg.ClientBase): Promise<void> {
    if (!this.#listener) return;
    // Taken before the question: what is answered to it cannot be lower, however many ask at once.
    const before = this.#highest;
    const seen = await this.#reader.read(client);
    const isKnown =
      this.#known !== undefined && difference(this.#known, seen.fingerprint) === undefined;
    if (!isKnown || hasGoneBack(before, seen)) await this.#compare(client, before, seen);
    else this.#remember(seen);
  }

  /** The row's lock lets one process at a time compare; the first one acts, the others find it done. */
  async #compare(
    client: pg.ClientBase,
    before: Highest | undefined,
    seen: FingerprintReading,
  ): Promise<void> {
    await client.query('begin');
    let change: string | undefined;
    try {
      const record = await lockRecord(client, seen);
      change = changeSince(record, before, seen);
      if (change !== undefined) await this.#listener?.(client, change);
      await writeRecord(
        client,
        { ...withoutNulls(record.fingerprint), ...withoutNulls(seen.fingerprint) },
        change,
      );
      await client.query('commit');
    } catch (error) {
      await client.query('rollback').catch(() => {});
      throw error;
    }
    if (change !== undefined) this.#logger.error({ change }, 'the database was replaced');
    this.#known = seen.fingerprint;
    this.#highest = undefined;
    this.#remember(seen);
  }

  #remember({ walPosition, at }: FingerprintReading): void {
    if (walPosition === null || (this.#highest && walPosition < this.#highest.walPosition)) return;
    this.#highest = { walPosition, at };
  }
}

interface IdentityRecord {
  readonly fingerprint: DatabaseFingerprint;
  readonly seenAt: Date;
}

/** The first process writes what it reads: an installation begins with the database that it finds. */
async function lockRecord(
  client: pg.ClientBase,
  { fingerprint }: FingerprintReading,
): Promise<IdentityRecord> {
  await client.query(
    `insert into database_identity
      (system_identifier, timeline, database_oid, delivery_oid, seen_at)
    values ($1, $2, $3, $4, clock_timestamp()) on conflict do nothing`,
    FINGERPRINT_PARTS.map((part) => fingerprint[part]),
  );
  const { rows } = await client.query<DatabaseFingerprint & { seenAt: Date }>(
    `select system_identifier as "systemIdentifier", timeline::text, database_oid::text as "databaseOid",
      delivery_oid::text as "deliveryOid", seen_at as "seenAt"
    from database_identity for update`,
  );
  const [row] = rows;
  if (!row) throw new Error('the identity of the database is not on record');
  const { seenAt, ...record } = row;
  return { fingerprint: record, seenAt };
}

/** Other processes, whose highest position is older than `seen_at`, see by it that this change was dealt with. */
async function writeRecord(
  client: pg.ClientBase,
  fingerprint: Partial<DatabaseFingerprint>,
  change: string | undefined,
): Promise<void> {
  await client.query(
    `update database_identity set system_identifier = $1, timeline = $2, database_oid = $3, delivery_oid = $4,
      seen_at = case when $5 then clock_timestamp() else seen_at end`,
    [...FINGERPRINT_PARTS.map((part) => fingerprint[part] ?? null), change !== undefined],
  );
}

function changeSince(
  record: IdentityRecord,
  before: Highest | undefined,
  seen: FingerprintReading,
): string | undefined {
  const part = difference(record.fingerprint, seen.fingerprint);
  if (part) return `${part}: ${record.fingerprint[part]} → ${seen.fingerprint[part]}`;
  if (before && hasGoneBack(before, seen) && record.seenAt <= before.at)
    return `walPosition: ${before.walPosition} → ${seen.walPosition}`;
  return undefined;
}

/** A part that one side does not know tells nothing. */
const difference = (
  a: DatabaseFingerprint,
  b: DatabaseFingerprint,
): keyof DatabaseFingerprint | undefined =>
  FINGERPRINT_PARTS.find((part) => a[part] !== null && b[part] !== null && a[part] !== b[part]);

const hasGoneBack = (before: Highest | undefined, { walPosition }: FingerprintReading): boolean =>
  before !== undefined && walPosition !== null && walPosition < before.walPosition;

const withoutNulls = (fingerprint: DatabaseFingerprint): Partial<DatabaseFingerprint> =>
  Object.fromEntries(Object.entries(fingerprint).filter(([, value]) => value !== null));
