import type { Broadcast } from '../api/broadcasts';
import { asProblem, type Problem } from '../api/problem';
import type { KeptEdit } from './kept-edit';
import {
  asWritten,
  beneath,
  clashing,
  type Edit,
  isNothing,
  joined,
  unsaved,
  without,
} from './merge';

/** After the last key of a word. */
const SETTLE_MS = 700;
const RETRY_MS = 4_000;

export type Saving =
  | { readonly state: 'saved'; readonly at: Date | undefined; readonly restored: boolean }
  | { readonly state: 'saving' }
  | { readonly state: 'failed' | 'refused'; readonly problem: Problem }
  /** Somebody else wrote `members` meanwhile: a person decides whose stay. */
  | { readonly state: 'conflict'; readonly theirs: Broadcast; readonly members: readonly string[] };

export interface WriterState {
  /** What was typed and is not on record yet. */
  readonly typed: Edit;
  /** The draft as this page knows it last. It changes with `typed` in one step: whoever shows both never shows old text. */
  readonly read: Broadcast;
  readonly saving: Saving;
}

/** What a writer needs around it. */
export interface DraftStore {
  /** Merges an edit into the draft, if that has still this etag. */
  readonly patch: (etag: string, edit: Edit) => Promise<Broadcast>;
  /** The draft as a write found or left it. */
  readonly tell: (stored: Broadcast) => void;
  /** Keeps what is typed where it outlives the page. */
  readonly keep: (kept: KeptEdit) => void;
  /** Whether whoever typed would still be the one who writes. */
  readonly isAuthor: () => boolean;
  /** Does something later; what is returned calls that off. */
  readonly after: (ms: number, act: () => void) => () => void;
}

/**
 * Writes one draft as it is typed: field by field, one write at a time, each against the etag that was read. What somebody
 * else has changed beside it is taken over; where both changed the same, nothing is written before a person has decided.
 */
export class DraftWriter {
  readonly #store: DraftStore;
  readonly #watchers = new Set<() => void>();
  #base: Broadcast;
  /** What stood in the draft where the pending edit changes it. */
  #was: KeptEdit['was'];
  /** What was sent and not answered: it may be on record. */
  #lost: Edit = {};
  #state: WriterState;
  #running: Promise<Broadcast | undefined> | undefined;
  /** Whether this began with what a former page had kept, and nothing was typed since. */
  #isRestored: boolean;
  #callOff = (): void => {};
  #isClosed = false;

  constructor(store: DraftStore, stored: Broadcast, { edit, was }: KeptEdit) {
    this.#store = store;
    this.#base = stored;
    this.#was = was;
    this.#isRestored = !isNothing(edit);
    this.#state = { typed: edit, read: stored, saving: this.#saved() };
    if (this.#isRestored) this.#goOnFrom(stored);
  }

  readonly state = (): WriterState => this.#state;

  readonly watch = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  };

  /** Goes on with what is pending. */
  open(): void {
    this.#isClosed = false;
    this.retry();
  }

  /** Whoever leaves the page leaves with what was typed on record. */
  close(): void {
    this.retry();
    this.#isClosed = true;
  }

  retry(): void {
    if (!isNothing(this.#state.typed)) void this.#start();
  }

  /** The draft as it was read again. Of one's own write that is on its way, its answer tells more. */
  hear(stored: Broadcast): void {
    if (stored.etag === this.#base.etag || this.#running !== undefined) return;
    const wasOpen = this.#state.saving.state === 'conflict';
    if (this.#goOnFrom(stored) && wasOpen) this.retry();
  }

  edit(next: Edit): void {
    const { typed } = this.#state;
    this.#isRestored = false;
    if (isNothing(typed)) this.#was = {};
    const known = new Set(Object.keys(this.#was));
    const fresh = beneath(next, asWritten(this.#base));
    this.#was = {
      ...Object.fromEntries(Object.entries(fresh).filter(([member]) => !known.has(member))),
      ...this.#was,
      ...(fresh.fields && { fields: { ...fresh.fields, ...this.#was.fields } }),
    };
    this.#type(joined(typed, next));
    this.#callOff();
    this.#callOff = this.#store.after(SETTLE_MS, () => void this.#start());
  }

  /** Waits until everything typed is on record; undefined where it cannot be. */
  async flush(): Promise<Broadcast | undefined> {
    await this.#running;
    return isNothing(this.#state.typed) ? this.#base : await this.#start();
  }

  /** Decides a conflict. Of theirs, only what clashed takes the place of what was typed. */
  settle(take: 'theirs' | 'mine'): void {
    const { saving, typed } = this.#state;
    if (saving.state !== 'conflict') return;
    const { theirs } = saving;
    const left =
      take === 'mine' ? typed : without(typed, clashing(typed, this.#was, asWritten(theirs)));
    this.#base = theirs;
    this.#was = beneath(left, asWritten(theirs));
    this.#type(left);
    this.#say(this.#saved());
    this.#store.tell(theirs);
    this.retry();
  }

  #start(): Promise<Broadcast | undefined> {
    this.#callOff();
    if (this.#state.saving.state === 'conflict' || !this.#store.isAuthor())
      return Promise.resolve(undefined);
    this.#running ??= this.#write().finally(() => (this.#running = undefined));
    return this.#running;
  }

  async #write(): Promise<Broadcast | undefined> {
    while (!isNothing(this.#state.typed)) {
      const sent = this.#state.typed;
      this.#say({ state: 'saving' });
      try {
        this.#base = await this.#store.patch(this.#base.etag, sent);
        this.#lost = {};
        this.#store.tell(this.#base);
        // What was typed meanwhile is another edit, of what is on record now.
        const { typed } = this.#state;
        const later = typed === sent ? {} : unsaved(typed, sent);
        this.#was = beneath(later, asWritten(this.#base));
        this.#type(later);
      } catch (error) {
        const problem = asProblem(error);
        const current = problem.body['current'] as Broadcast | undefined;
        if (problem.code !== 'revision_stale' || current === undefined) {
          this.#fail(problem, sent);
          return undefined;
        }
        if (!this.#goOnFrom(current)) return undefined;
        this.#store.tell(current);
      }
    }
    this.#say(this.#saved(new Date()));
    return this.#base;
  }

  /** Goes on from another version. False where it has what was typed over: then a person decides. */
  #goOnFrom(theirs: Broadcast): boolean {
    const { typed, saving } = this.#state;
    const members = clashing(typed, this.#was, asWritten(theirs), this.#lost);
    if (members.length > 0) {
      this.#callOff();
      this.#state = { ...this.#state, read: theirs };
      this.#say({ state: 'conflict', theirs, members });
      return false;
    }
    this.#base = theirs;
    if (saving.state === 'conflict') this.#say(this.#saved());
    // What it says already is written: by a write of ours, whose answer was lost, or by somebody of the same mind.
    this.#type(unsaved(typed, beneath(typed, asWritten(theirs)) as Edit));
    return true;
  }

  #saved(at?: Date): Saving {
    return { state: 'saved', at, restored: this.#isRestored };
  }

  #fail(problem: Problem, sent: Edit): void {
    const isPassing = problem.isOpen;
    if (isPassing) this.#lost = joined(this.#lost, sent);
    // A session that is over comes back by a login, and then it is known who writes.
    this.#say({ state: isPassing || problem.status === 401 ? 'failed' : 'refused', problem });
    if (isPassing && !this.#isClosed)
      this.#callOff = this.#store.after(RETRY_MS, () => void this.#start());
  }

  #type(typed: Edit): void {
    this.#state = { ...this.#state, typed, read: this.#base };
    this.#store.keep({ edit: typed, was: this.#was });
    this.#tellAll();
  }

  #say(saving: Saving): void {
    this.#state = { ...this.#state, saving };
    this.#tellAll();
  }

  #tellAll(): void {
    for (const watcher of this.#watchers) watcher();
  }
}
