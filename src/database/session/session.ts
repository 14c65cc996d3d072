import type pg from 'pg';

/** How long things may take on a connection, in seconds. */
interface Bounds {
  /** One statement, waiting for locks included. */
  readonly statement: number;
  /** Between two statements of a transaction: a client that froze holds its locks no longer. */
  readonly idle: number;
  /** A whole transaction, on servers that can bound it (PostgreSQL 17 on). */
  readonly transaction: number;
}

/** What a connection is for. */
export type Use = 'general' | 'hot' | 'queue' | 'schema';

/** `schema`: migrations, of ours and of BullMQ's; they may build an index over millions of rows. */
const BOUNDS: Readonly<Record<Use, Bounds>> = {
  general: { statement: 12, idle: 8, transaction: 60 },
  hot: { statement: 8, idle: 6, transaction: 20 },
  queue: { statement: 10, idle: 8, transaction: 30 },
  schema: { statement: 3_600, idle: 60, transaction: 0 },
};

/** The client waits so much longer than the server, whose error says more than silence does. */
const GRACE = 2;

/**
 * How the server finds out that we are gone; none of these covers another's case (docs/decisions/0015). The first
 * four mean nothing on a unix socket.
 */
const DEAD_PEERS = {
  tcp_keepalives_idle: '5',
  tcp_keepalives_interval: '2',
  tcp_keepalives_count: '3',
  tcp_user_timeout: '10s',
} as const;

/** Settings that we rely on, and that a role or a database may have set otherwise. */
const RELIED_ON = {
  datestyle: 'ISO, MDY',
  timezone: 'UTC',
  default_transaction_isolation: 'read committed',
  client_encoding: 'UTF8',
  intervalstyle: 'postgres',
  extra_float_digits: '1',
  standard_conforming_strings: 'on',
  synchronous_commit: 'on', // a promise is kept once its row is durable
  lock_timeout: '0',
} as const;

/** Settings that a session must have, as the server prints them, and how long its client waits for an answer. */
export interface Session {
  readonly settings: Readonly<Record<string, string>>;
  readonly transactionMs: number;
  readonly answerMs: number;
}

export type SessionConfig = pg.ClientConfig & { readonly session: Session };

/** Parameters of the address that are not passed on. Its `options` are, before ours, which win. */
const OURS_ALONE = [
  'options',
  'statement_timeout',
  'lock_timeout',
  'idle_in_transaction_session_timeout',
  'query_timeout',
] as const;

/** How to connect to this database for that use. */
export function sessionOn(
  address: string,
  use: Use,
  more: Readonly<Record<string, string>> = {},
): SessionConfig {
  const url = new URL(address);
  const given = url.searchParams.get('options');
  for (const name of OURS_ALONE) url.searchParams.delete(name);
  const { statement, idle, transaction } = BOUNDS[use];
  const settings = {
    ...RELIED_ON,
    // BullMQ looks into a schema of its own, and says so itself.
    ...(use === 'queue' ? {} : { search_path: 'public' }),
    statement_timeout: printed(statement),
    idle_in_transaction_session_timeout: printed(idle),
    // Windows cannot tell; there the server mostly runs on the same machine.
    ...(process.platform === 'win32' ? {} : { client_connection_check_interval: '2s' }),
    ...more,
  };
  return {
    connectionString: url.href,
    application_name: 'weicast',
    options: [given ?? '', ...toOptions(DEAD_PEERS), ...toOptions(settings)].join(' ').trim(),
    session: {
      settings,
      transactionMs: transaction * 1_000,
      answerMs: (statement + GRACE) * 1_000,
    },
  };
}

const toOptions = (settings: Readonly<Record<string, string>>): string[] =>
  Object.entries(settings).map(([name, value]) => `-c ${name}=${value.replaceAll(' ', '\\ ')}`);

/** As PostgreSQL prints a time: in the largest unit that divides it. */
const printed = (seconds: number): string => {
  if (seconds % 3_600 === 0) return `${seconds / 3_600}h`;
  return seconds % 60 === 0 ? `${seconds / 60}min` : `${seconds}s`;
};
