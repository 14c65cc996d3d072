import { AsyncLocalStorage } from 'node:async_hooks';
import type { Socket } from 'node:net';
import { callbackify } from 'node:util';
import pg from 'pg';
import { diskFull } from './disk-full.js';
import type { Session } from './session.js';
import { SessionLost } from './session-lost.js';
import { type Asked, silence } from './silence.js';

/** A host that is gone refuses no connection: it just does not answer. */
const CONNECT_MS = 5_000;
const KEEP_ALIVE_AFTER_MS = 5_000;
/** How long a farewell waits for the server to close. */
const END_MS = 2_000;
/** For a connection without a declared use, whose statements may be of any kind. */
const ANSWER_MS = 60_000;

const READ_ONLY = '25006';
const DISK_FULL = '53100';

type Connected = (error: Error, client: SafeClient) => void;

/** The part of `pg.Client` that its types leave out. */
interface Inside {
  readonly connection: NodeJS.EventEmitter & { readonly stream: Socket };
  getTransactionStatus(): string | null;
  /** Whether the connection takes queries; a pool keeps no other. */
  _queryable: boolean;
}

const patience = new AsyncLocalStorage<number>();

/** Answers to what `work` asks may take as long as this. */
export const answeredWithin = <T>(ms: number, work: () => Promise<T>): Promise<T> =>
  patience.run(ms, work);

/**
 * A connection that may break at any moment, also while nothing is asked of it: its holder learns that by the next
 * statement. Without a listener, the event `error` would end the process.
 *
 * A connection may also fall silent, of which no event tells. So the client waits a bounded time for each answer, then
 * destroys the connection; whether the statement was done is unknown.
 */
export class SafeClient extends pg.Client implements Asked {
  readonly server: string;
  readonly #session: Session | undefined;
  #waitedMs: number | undefined;
  #answerMs = ANSWER_MS;
  #quietMs = 0;
  #isReadOnly = false;

  constructor(config?: pg.ClientConfig & { readonly session?: Session }) {
    super({
      ...config,
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
      connectionTimeoutMillis: CONNECT_MS,
    });
    this.#session = config?.session;
    this.server = `${this.host}:${this.port}`;
    this.on('error', () => {});
    // Before the client's own listener, which may ask the next question.
    this.#inside.connection.on('readyForQuery', ({ status }: { status: string }) => {
      this.#wasHeard();
      this.#leaveReadOnly(status);
    });
    this.#inside.connection.on('errorMessage', ({ code }: { code?: string }) =>
      this.#noteError(code),
    );
    this.on('drain', () => (this.#waitedMs = undefined));
    this.once('end', () => silence.forget(this));
  }

  get waitedMs(): number | undefined {
    return this.#waitedMs;
  }

  get answerMs(): number {
    return this.#answerMs;
  }

  get quietMs(): number {
    return this.#quietMs;
  }

  tick(ms: number): void {
    this.#quietMs += ms;
    if (this.#waitedMs !== undefined) this.#waitedMs += ms;
  }

  giveUp(): void {
    const seconds = Math.round(this.#answerMs / 1_000);
    this.#destroy(new Error(`PostgreSQL gave no answer within ${seconds} s`));
  }

  doubt(): void {
    if (this.#waitedMs === undefined && this.#inside.getTransactionStatus() === 'I')
      this.#destroy(new Error('PostgreSQL fell silent'));
  }

  override connect(): Promise<this>;
  override connect(callback: Connected): void;
  override connect(callback?: Connected): Promise<this> | void {
    if (callback === undefined) return this.#connect();
    callbackify(() => this.#connect())(callback);
  }

  // The types of its many forms are those of the base class.
  override query = ((...asked: Parameters<pg.Client['query']>) => {
    if (this.#waitedMs === undefined) {
      this.#waitedMs = 0;
      this.#answerMs = patience.getStore() ?? this.#session?.answerMs ?? ANSWER_MS;
    }
    return super.query(...asked);
  }) as pg.Client['query'];

  override end(): Promise<void>;
  override end(callback: (error: Error) => void): void;
  override end(callback?: (error: Error) => void): Promise<void> | void {
    const late = setTimeout(() => this.#inside.connection.stream.destroy(), END_MS).unref();
    this.once('end', () => clearTimeout(late));
    return callback === undefined ? super.end() : super.end(callback);
  }

  async #connect(): Promise<this> {
    // A server that does not answer the connect is silent too.
    this.#waitedMs = 0;
    silence.watch(this);
    try {
      await super.connect();
    } catch (error) {
      silence.forget(this);
      throw error;
    }
    this.#waitedMs = undefined;
    if (this.#session === undefined) return this;
    try {
      await this.#settle(this.#session);
      return this;
    } catch (error) {
      void this.end();
      throw error;
    }
  }

  /** Bounds transactions where the server can, and reads back what safety rests on: a pooler may have dropped it. */
  async #settle({ settings, transactionMs }: Session): Promise<void> {
    const names = Object.keys(settings);
    const { rows } = await this.query<{ kept: (string | null)[] }>(
      `select array[${names.map((name) => `current_setting('${name}', true)`).join(', ')}] as kept,
        case when current_setting('server_version_num')::integer >= 170000
          then set_config('transaction_timeout', '${transactionMs}', false) end`,
    );
    names.forEach((name, n) => {
      const kept = rows[0]?.kept[n] ?? null;
      if (kept !== settings[name]) throw new SessionLost(name, settings[name] ?? '', kept);
    });
  }

  #noteError(code: string | undefined): void {
    if (code === READ_ONLY) {
      this.#isReadOnly = true;
      // The statement fails now, and the pool may get the connection back before the server is ready for another.
      if (this.#inside.getTransactionStatus() === 'I') this.#inside._queryable = false;
    }
    if (code === DISK_FULL) diskFull.met();
  }

  /**
   * A switchover has left us with the former primary; the next connection may find the new one. This connection ends
   * with the transaction that met it: a pool does not take back a connection that is not queryable.
   */
  #leaveReadOnly(status: string): void {
    if (!this.#isReadOnly || status !== 'I') return;
    this.#inside._queryable = false;
    setImmediate(() => this.#destroy(new Error('PostgreSQL is read-only, and was left')));
  }

  #wasHeard(): void {
    silence.heard();
    this.#quietMs = 0;
    if (this.#waitedMs !== undefined) this.#waitedMs = 0;
  }

  #destroy(error: Error): void {
    this.#inside.connection.stream.destroy(error);
  }

  get #inside(): Inside {
    return this as unknown as Inside;
  }
}
