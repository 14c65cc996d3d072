import type { Broadcast } from '../api/broadcasts';
import { Problem } from '../api/problem';
import { type DraftStore, DraftWriter } from './draft-writer';
import type { KeptEdit } from './kept-edit';
import { asWritten, merged, type Edit } from './merge';

const NOTHING: KeptEdit = { edit: {}, was: {} };

/** The service, as a draft's author meets it: one draft, which takes a write against its etag alone. */
class Service {
  draft = {
    etag: '1',
    name: null,
    url: null,
    fields: { first: 'a' },
    asGiven: {},
  } as unknown as Broadcast;
  readonly writes: Edit[] = [];
  /** What the next write meets in place of an answer, once it is on record. */
  losesAnswer = false;
  refuses: Problem | undefined;
  /** Answers wait for it. */
  gate: Promise<void> = Promise.resolve();

  change(edit: Edit): Broadcast {
    const etag = String(Number(this.draft.etag) + 1);
    this.draft = { ...merged(asWritten(this.draft), edit), etag } as unknown as Broadcast;
    return this.draft;
  }

  async patch(etag: string, edit: Edit): Promise<Broadcast> {
    this.writes.push(edit);
    await this.gate;
    if (this.refuses) throw this.refuses;
    if (etag !== this.draft.etag)
      throw new Problem(412, { code: 'revision_stale', current: this.draft });
    const now = this.change(edit);
    if (!this.losesAnswer) return now;
    this.losesAnswer = false;
    throw new Problem(0, {});
  }
}

/** Time that passes when the test says so. */
class Clock {
  #now = 0;
  readonly #alarms = new Set<{ readonly at: number; readonly act: () => void }>();

  readonly after = (ms: number, act: () => void): (() => void) => {
    const alarm = { at: this.#now + ms, act };
    this.#alarms.add(alarm);
    return () => void this.#alarms.delete(alarm);
  };

  async pass(ms: number): Promise<void> {
    for (const end = this.#now + ms; this.#now < end; this.#now += 100) {
      for (const alarm of [...this.#alarms].filter(({ at }) => at <= this.#now)) {
        this.#alarms.delete(alarm);
        alarm.act();
      }
      // Answers of the service come in between.
      for (let turn = 0; turn < 20; turn++) await Promise.resolve();
    }
  }
}

describe('a draft that saves itself', () => {
  let service: Service;
  let kept: KeptEdit;
  let isAuthor: boolean;
  let clock: Clock;
  beforeEach(() => {
    clock = new Clock();
    service = new Service();
    kept = NOTHING;
    isAuthor = true;
  });
  const store: DraftStore = {
    patch: (etag, edit) => service.patch(etag, edit),
    tell: () => {},
    keep: (now) => {
      kept = now;
    },
    isAuthor: () => isAuthor,
    after: (ms, act) => clock.after(ms, act),
  };
  const open = (from = NOTHING, stored = service.draft): DraftWriter => {
    const writer = new DraftWriter(store, stored, from);
    writer.open();
    return writer;
  };

  it('a draft that saves itself waits for the end of a word, and writes all of it at once', async () => {
    const writer = open();
    writer.edit({ fields: { first: 'b' } });
    writer.edit({ fields: { first: 'bc' } });
    await clock.pass(600);
    expect(service.writes).toEqual([]);
    await clock.pass(600);
    expect(service.writes).toEqual([{ fields: { first: 'bc' } }]);
    expect(writer.state()).toMatchObject({ typed: {}, saving: { state: 'saved' } });
    expect(kept.edit).toEqual({});
  });

  it('a draft that saves itself shows at no moment what stood there before what was typed', async () => {
    const writer = open();
    const shown: unknown[] = [];
    writer.watch(() => {
      const { read, typed } = writer.state();
      shown.push(merged(asWritten(read), typed).name);
    });
    writer.edit({ name: 'x' });
    await writer.flush();
    writer.edit({ name: 'xy' });
    await writer.flush();
    expect(writer.state().typed).toEqual({});
    expect(new Set(shown)).toEqual(new Set(['x', 'xy']));
    expect(shown.at(-1)).toBe('xy');

    const theirs = service.change({ name: 'z' });
    writer.hear(theirs);
    expect(shown.at(-1)).toBe('z');
    writer.edit({ name: 'mine' });
    service.change({ name: 'theirs' });
    await writer.flush();
    expect(writer.state().saving).toMatchObject({ state: 'conflict' });
    expect(shown.at(-1)).toBe('mine');
    writer.settle('theirs');
    expect(shown.at(-1)).toBe('theirs');
  });

  it('a draft that saves itself writes what was typed during a write after it, against what that has made', async () => {
    let answer = (): void => {};
    service.gate = new Promise((resolve) => (answer = resolve));
    const writer = open();
    writer.edit({ name: 'x', url: 'y' });
    const flushed = writer.flush();
    await clock.pass(100);
    writer.edit({ name: 'xz' });
    answer();
    expect(await flushed).toMatchObject({ name: 'xz', url: 'y', etag: '3' });
    expect(service.writes).toEqual([{ name: 'x', url: 'y' }, { name: 'xz' }]);
  });

  it('a draft that saves itself keeps what is typed until it is on record, and goes on with it in another tab', async () => {
    service.refuses = new Problem(503, {});
    const writer = open();
    writer.edit({ name: 'x' });
    await clock.pass(1_000);
    expect(writer.state().saving.state).toBe('failed');
    expect(kept.edit).toEqual({ name: 'x' });
    writer.close();

    service.refuses = undefined;
    const again = open(kept);
    expect(again.state()).toMatchObject({ typed: { name: 'x' } });
    expect(await again.flush()).toMatchObject({ name: 'x' });
  });

  it('a draft that saves itself tries again after silence, and not after a refusal', async () => {
    service.refuses = new Problem(0, {});
    const writer = open();
    writer.edit({ name: 'x' });
    await clock.pass(6_000);
    expect(service.writes.length).toBeGreaterThan(1);

    service.refuses = new Problem(422, { code: 'draft_too_large' });
    await clock.pass(6_000);
    const tries = service.writes.length;
    await clock.pass(60_000);
    expect(service.writes).toHaveLength(tries);
    expect(writer.state().saving.state).toBe('refused');
  });

  it('a draft that saves itself meets its own write, whose answer was lost, as what it is', async () => {
    const writer = open();
    service.losesAnswer = true;
    writer.edit({ name: 'x' });
    await clock.pass(10_000);
    expect(writer.state()).toMatchObject({ typed: {}, saving: { state: 'saved' } });
    expect(service.draft).toMatchObject({ name: 'x', etag: '2' });
  });

  it('a draft that saves itself meets its own write, whose answer was lost, as what it is though one has typed on', async () => {
    const writer = open();
    service.losesAnswer = true;
    writer.edit({ name: 'x' });
    await clock.pass(1_000);
    writer.edit({ name: 'xy' });
    expect(await writer.flush()).toMatchObject({ name: 'xy', etag: '3' });
  });

  it('a draft that saves itself takes over what somebody else has changed beside it', async () => {
    const writer = open();
    writer.edit({ name: 'mine' });
    service.change({ url: 'theirs', fields: { first: 'theirs' } });
    expect(await writer.flush()).toMatchObject({
      name: 'mine',
      url: 'theirs',
      fields: { first: 'theirs' },
    });
  });

  it('a draft that saves itself does not write over what somebody else has written to the same member while it was typed', async () => {
    const writer = open();
    writer.edit({ name: 'mine', url: 'mine' });
    service.change({ name: 'theirs' });
    // As the page reads it again before the write: the base is what the person saw.
    writer.hear(service.draft);
    await clock.pass(60_000);
    expect(service.draft).toMatchObject({ name: 'theirs', url: null });
    expect(writer.state().saving).toMatchObject({ state: 'conflict', members: ['name'] });
    expect(await writer.flush()).toBeUndefined();
  });

  it('a draft that saves itself is told of a conflict by the write too, and then writes nothing more', async () => {
    const writer = open();
    writer.edit({ name: 'mine' });
    service.change({ name: 'theirs' });
    await clock.pass(1_000);
    expect(writer.state().saving.state).toBe('conflict');
    writer.edit({ url: 'mine' });
    await clock.pass(60_000);
    expect(service.writes).toHaveLength(1);
  });

  it.each([
    ['theirs', 'theirs'],
    ['mine', 'mine'],
  ] as const)(
    'a draft that saves itself takes %s where a person says so, and keeps what did not clash',
    async (take, name) => {
      const writer = open();
      writer.edit({ name: 'mine', url: 'mine' });
      service.change({ name: 'theirs' });
      await clock.pass(1_000);
      writer.settle(take);
      expect(await writer.flush()).toMatchObject({ name, url: 'mine' });
      expect(kept.edit).toEqual({});
    },
  );

  it('a draft that saves itself asks before what was kept goes over what somebody has written since', () => {
    const was = { edit: { name: 'mine' }, was: { name: null } };
    service.change({ name: 'theirs' });
    expect(open(was).state().saving.state).toBe('conflict');
    expect(service.writes).toEqual([]);
  });

  it('a draft that saves itself is written by nobody but its author', async () => {
    const writer = open();
    writer.edit({ name: 'x' });
    isAuthor = false;
    writer.close();
    await clock.pass(60_000);
    expect(service.writes).toEqual([]);
    expect(kept.edit).toEqual({ name: 'x' });
  });

  it('a draft that saves itself waits for a login after the session has ended', async () => {
    service.refuses = new Problem(401, { code: 'session_over' });
    const writer = open();
    writer.edit({ name: 'x' });
    await clock.pass(60_000);
    expect(service.writes).toHaveLength(1);
    service.refuses = undefined;
    writer.retry();
    await clock.pass(100);
    expect(service.draft.name).toBe('x');
  });

  it('a draft that saves itself leaves the page with what was typed on record', async () => {
    const writer = open();
    writer.edit({ name: 'x' });
    writer.close();
    await clock.pass(100);
    expect(service.draft.name).toBe('x');
  });
});
