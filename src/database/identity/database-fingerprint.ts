import type pg from 'pg';
import { sqlstateOf } from '../session/sqlstate.js';

/** What a server tells of itself, as text. Null: it does not tell, or not just now. */
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

export interface FingerprintsSeen {
  readonly signs: DatabaseFingerprint;
  /** What has reached its disk, in bytes of WAL; null where it does not tell. */
  readonly walPosition: bigint | null;
  /** The server's own time. */
  readonly at: Date;
}

type Fingerprint = keyof DatabaseFingerprint | 'walPosition';

// The flushed position: what was only written may be gone after a power cut, which is no restore.
const FLUSHED = 'pg_current_wal_flush_lsn()';
const EXPRESSIONS: Readonly<Record<Fingerprint, string>> = {
  systemIdentifier: '(select system_identifier from pg_control_system())::text',
  timeline: `('x' || left(pg_walfile_name(${FLUSHED}), 8))::bit(32)::bigint::text`,
  databaseOid: '(select oid from pg_database where datname = current_database())::text',
  deliveryOid: `to_regclass('delivery')::oid::text`,
  walPosition: `(${FLUSHED} - '0/0'::pg_lsn)::text`,
};

export const FINGERPRINTS: readonly (keyof DatabaseFingerprint)[] = [
  'systemIdentifier',
  'timeline',
  'databaseOid',
  'deliveryOid',
];

/** The server may say no to a function for good (not allowed, not there, not supported). */
const REFUSED_FOR_GOOD = ['42501', '42883', '0A000'];
/** Or for now: a standby has no position of its own. */
const REFUSED_FOR_NOW = ['55000'];

/** Reads the signs of the server behind a connection: one round trip, unless the server refuses some of them. */
export class FingerprintReader {
  #told: readonly Fingerprint[] = [...FINGERPRINTS, 'walPosition'];
  readonly #onRefused: (sign: string, error: unknown) => void;

  /** `onRefused` hears once of each sign that will not be told. */
  constructor(onRefused: (sign: string, error: unknown) => void) {
    this.#onRefused = onRefused;
  }

  async read(client: pg.ClientBase): Promise<FingerprintsSeen> {
    try {
      return await this.#ask(client, this.#told);
    } catch (error) {
      if (!isRefusal(error)) throw error;
    }
    const told: Fingerprint[] = [];
    for (const sign of this.#told) if (await this.#isTold(client, sign)) told.push(sign);
    return await this.#ask(client, told);
  }

  async #isTold(client: pg.ClientBase, fingerprint: Fingerprint): Promise<boolean> {
    try {
      await this.#ask(client, [fingerprint]);
      return true;
    } catch (error) {
      if (!isRefusal(error)) throw error;
      if (REFUSED_FOR_GOOD.includes(sqlstateOf(error) ?? '')) {
        if (this.#told.includes(fingerprint)) this.#onRefused(fingerprint, error);
        this.#told = this.#told.filter((other) => other !== fingerprint);
      }
      return false;
    }
  }

  async #ask(client: pg.ClientBase, asked: readonly Fingerprint[]): Promise<FingerprintsSeen> {
    const columns = asked.map((sign) => `${EXPRESSIONS[sign]} as "${sign}"`);
    const { rows } = await client.query<Partial<Record<Fingerprint, string | null>> & { at: Date }>(
      `select ${[...columns, 'clock_timestamp() as at'].join(', ')}`,
    );
    const [row] = rows;
    if (!row) throw new Error('the server answered without a row');
    const { walPosition = null, at, ...signs } = row;
    return {
      signs: { ...NOTHING, ...signs },
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
