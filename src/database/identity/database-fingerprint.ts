import type pg from 'pg';
import { sqlstateOf } from '../session/sqlstate.js';

/** What a server tells of itself, as text. Null: the server does not tell it, or not just now. */
export interface DatabaseFingerprint {
  /** Of the cluster: made by initdb, kept by copies of its files. */
  readonly systemIdentifier: string | null;
  /** Counts recoveries that ended on a path of their own: fail-overs and restores to a point in time. */
  readonly timeline: string | null;
  /** A database that was copied inside its cluster has another one. */
  readonly databaseOid: string | null;
  /** Tables that were loaded from a dump have others. */
  readonly deliveryOid: string | null;
}

export interface FingerprintReading {
  readonly fingerprint: DatabaseFingerprint;
  /** What has reached the server's disk, in bytes of WAL; null where the server does not tell. */
  readonly walPosition: bigint | null;
  /** The server's own time. */
  readonly at: Date;
}

type FingerprintPart = keyof DatabaseFingerprint | 'walPosition';

// The flushed position: what was only written may be gone after a power cut, which is no restore.
const FLUSHED = 'pg_current_wal_flush_lsn()';
const EXPRESSIONS: Readonly<Record<FingerprintPart, string>> = {
  systemIdentifier: '(select system_identifier from pg_control_system())::text',
  timeline: `('x' || left(pg_walfile_name(${FLUSHED}), 8))::bit(32)::bigint::text`,
  databaseOid: '(select oid from pg_database where datname = current_database())::text',
  deliveryOid: `to_regclass('delivery')::oid::text`,
  walPosition: `(${FLUSHED} - '0/0'::pg_lsn)::text`,
};

export const FINGERPRINT_PARTS: readonly (keyof DatabaseFingerprint)[] = [
  'systemIdentifier',
  'timeline',
  'databaseOid',
  'deliveryOid',
];

/** SQLSTATEs of a function that this server will never answer: not allowed, not there, not supported. */
const REFUSED_FOR_GOOD = ['42501', '42883', '0A000'];
/** SQLSTATEs of a refusal that may end: a standby has no position of its own. */
const REFUSED_FOR_NOW = ['55000'];

/** Reads the fingerprint of the server behind a connection: one round trip, unless the server refuses a part of it. */
export class FingerprintReader {
  #told: readonly FingerprintPart[] = [...FINGERPRINT_PARTS, 'walPosition'];
  readonly #onRefused: (part: string, error: unknown) => void;

  /** `onRefused` is called once for each part that the server will never tell. */
  constructor(onRefused: (part: string, error: unknown) => void) {
    this.#onRefused = onRefused;
  }

  async read(client: pg.ClientBase): Promise<FingerprintReading> {
    try {
      return await this.#ask(client, this.#told);
    } catch (error) {
      if (!isRefusal(error)) throw error;
    }
    const told: FingerprintPart[] = [];
    for (const part of this.#told) if (await this.#isTold(client, part)) told.push(part);
    return await this.#ask(client, told);
  }

  async #isTold(client: pg.ClientBase, part: FingerprintPart): Promise<boolean> {
    try {
      await this.#ask(client, [part]);
      return true;
    } catch (error) {
      if (!isRefusal(error)) throw error;
      if (REFUSED_FOR_GOOD.includes(sqlstateOf(error) ?? '')) {
        if (this.#told.includes(part)) this.#onRefused(part, error);
        this.#told = this.#told.filter((other) => other !== part);
      }
      return false;
    }
  }

  async #ask(
    client: pg.ClientBase,
    asked: readonly FingerprintPart[],
  ): Promise<FingerprintReading> {
    const columns = asked.map((part) => `${EXPRESSIONS[part]} as "${part}"`);
    const { rows } = await client.query<
      Partial<Record<FingerprintPart, string | null>> & { at: Date }
    >(`select ${[...columns, 'clock_timestamp() as at'].join(', ')}`);
    const [row] = rows;
    if (!row) throw new Error('the server answered without a row');
    const { walPosition = null, at, ...fingerprint } = row;
    return {
      fingerprint: { ...NOTHING, ...fingerprint },
      walPosition: walPosition === null ? null : BigInt(walPosition),
      at,
    };
  }
}

const NOTHING: DatabaseFingerprint = {
  systemIdentifier: null,
  timeline: null,
  databaseOid: null,
  deliveryOid: null,
};

const isRefusal = (error: unknown): boolean =>
  [...REFUSED_FOR_GOOD, ...REFUSED_FOR_NOW].includes(sqlstateOf(error) ?? '');
