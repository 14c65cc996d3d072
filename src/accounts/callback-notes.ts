import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Kysely, sql } from 'kysely';
import { Clock } from '../kernel/clock.js';
import { Ticker } from '../kernel/ticker.js';
import type { AccountTables } from './account.tables.js';
import type { RefusedWhy } from './callback-state.js';

const EVERY_MS = 5_000;
/** A note without news is written once a minute. */
const CALM_MS = 60_000;
/** For this long a wrong signature, which anybody may send, does not hide the refusal of a push that was WeChat's. */
const HIDES_MS = 60 * 60_000;

interface Note {
  handshakeAt?: Date;
  pushAt?: Date;
  refusedAt?: Date;
  refusedWhy?: RefusedWhy;
  freshAt?: Date;
  /** The note says something new. */
  isNews: boolean;
  isWritten: boolean;
  writtenAt: number;
}

/**
 * Notes in memory what comes to accounts' callbacks. A timer writes the notes: at most one statement each five seconds,
 * however many requests come. There is one note for each account.
 */
@Injectable()
export class CallbackNotes implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #logger = new Logger(CallbackNotes.name);
  readonly #notes = new Map<number, Note>();
  readonly #ticker = new Ticker(
    () => EVERY_MS,
    () => this.write(),
    (err) => this.#logger.warn({ err }, 'what came to the callbacks is not written down yet'),
  );
  readonly #db: Kysely<AccountTables>;
  readonly #clock: Clock;

  constructor(db: Kysely<AccountTables>, clock: Clock) {
    this.#db = db;
    this.#clock = clock;
  }

  onApplicationBootstrap(): void {
    this.#ticker.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.#ticker.stop();
    await this.write({ all: true }).catch((err: unknown) => {
      this.#logger.warn({ err }, 'what came to the callbacks last is not written down');
    });
  }

  handshake(accountId: number): void {
    const note = this.#of(accountId);
    note.isNews ||= note.handshakeAt === undefined;
    note.handshakeAt = this.#told(note);
  }

  pushed(accountId: number): void {
    const note = this.#of(accountId);
    note.isNews ||= note.pushAt === undefined || (note.refusedAt ?? 0) > note.pushAt;
    note.pushAt = this.#told(note);
  }

  refused(accountId: number, why: RefusedWhy): void {
    const note = this.#of(accountId);
    const now = this.#clock.now();
    if (why === 'token' && hides(note, now)) return;
    note.isNews ||= note.refusedWhy !== why || (note.pushAt ?? 0) >= (note.refusedAt ?? 0);
    note.refusedWhy = why;
    note.refusedAt = this.#told(note);
  }

  /** A signature of this very moment. */
  fresh(accountId: number): void {
    const note = this.#of(accountId);
    if (note.freshAt !== undefined) return;
    note.isNews = true;
    note.freshAt = this.#told(note);
  }

  hasBeenFresh(accountId: number): boolean {
    return this.#notes.get(accountId)?.freshAt !== undefined;
  }

  /** Writes the notes that are due. Several processes may write at once: the later note counts. */
  async write({ all = false } = {}): Promise<void> {
    const now = performance.now();
    const due = [...this.#notes]
      .filter(([, note]) => !note.isWritten)
      .filter(([, note]) => all || note.isNews || now - note.writtenAt >= CALM_MS)
      .sort(([a], [b]) => a - b);
    if (due.length === 0) return;
    for (const [, note] of due) Object.assign(note, { isNews: false, isWritten: true });
    try {
      await this.#store(due);
      for (const [, note] of due) note.writtenAt = now;
    } catch (error) {
      for (const [, note] of due) Object.assign(note, { isNews: true, isWritten: false });
      throw error;
    }
  }

  #of(accountId: number): Note {
    let note = this.#notes.get(accountId);
    if (note === undefined) {
      note = { isNews: false, isWritten: true, writtenAt: -Infinity };
      this.#notes.set(accountId, note);
    }
    return note;
  }

  #told(note: Note): Date {
    note.isWritten = false;
    return this.#clock.now();
  }

  async #store(due: readonly (readonly [number, Note])[]): Promise<void> {
    const column = (name: keyof Note): unknown[] => due.map(([, note]) => note[name] ?? null);
    await sql`
      insert into account_callback as c
        (account_id, handshake_at, push_at, refused_at, refused_why, fresh_at)
      select a.id, n.handshake_at, n.push_at, n.refused_at, n.refused_why, n.fresh_at
      from unnest(${due.map(([id]) => id)}::integer[], ${column('handshakeAt')}::timestamptz[],
          ${column('pushAt')}::timestamptz[], ${column('refusedAt')}::timestamptz[],
          ${column('refusedWhy')}::text[], ${column('freshAt')}::timestamptz[])
        as n (account_id, handshake_at, push_at, refused_at, refused_why, fresh_at)
      join account a on a.id = n.account_id
      order by a.id
      on conflict (account_id) do update set
        handshake_at = greatest(c.handshake_at, excluded.handshake_at),
        push_at = greatest(c.push_at, excluded.push_at),
        refused_at = case when ${LATER} then excluded.refused_at else c.refused_at end,
        refused_why = case when ${LATER} then excluded.refused_why else c.refused_why end,
        fresh_at = coalesce(c.fresh_at, excluded.fresh_at)`.execute(this.#db);
  }
}

/** The rule of `hides`, between the notes of two processes. */
const LATER = sql`(excluded.refused_at is not null
  and (c.refused_at is null or excluded.refused_at > c.refused_at)
  and not (excluded.refused_why = 'token' and c.refused_why is distinct from 'token'
    and c.refused_at > coalesce(greatest(c.push_at, excluded.push_at), '-infinity')
    and c.refused_at > excluded.refused_at - make_interval(secs => ${HIDES_MS / 1_000})))`;

/** Every refusal but that of a wrong signature is of a push signed with the account's token. */
function hides({ refusedAt, refusedWhy, pushAt }: Note, now: Date): boolean {
  if (refusedAt === undefined || refusedWhy === 'token') return false;
  if (pushAt !== undefined && pushAt >= refusedAt) return false;
  return now.getTime() - refusedAt.getTime() < HIDES_MS;
}
