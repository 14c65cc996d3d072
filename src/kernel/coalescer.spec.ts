import { Coalescer } from './coalescer.js';

const tick = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('a coalescer', () => {
  it('a coalescer answers each caller with its own result from one batch', async () => {
    const batches: number[][] = [];
    const doubled = new Coalescer<number, number>({ waitMs: 1, maxItems: 10 }, (items) => {
      batches.push(items);
      return Promise.resolve(items.map((n) => n * 2));
    });

    expect(await Promise.all([1, 2, 3].map((n) => doubled.add(n)))).toEqual([2, 4, 6]);
    expect(batches).toEqual([[1, 2, 3]]);
  });

  it('a coalescer sends a full batch off without waiting, and never more than the bound', async () => {
    const batches: number[][] = [];
    const coalescer = new Coalescer<number, number>(
      { waitMs: 1e6, maxItems: 2, concurrency: 4 },
      (items) => {
        batches.push(items);
        return Promise.resolve(items);
      },
    );

    await Promise.all([1, 2, 3, 4].map((n) => coalescer.add(n)));
    expect(batches).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  it('a coalescer bounds a batch by weight, and lets a single heavier call go alone', async () => {
    const batches: string[][] = [];
    const coalescer = new Coalescer<string, string>(
      { waitMs: 1, maxItems: 10, maxWeight: 4, weigh: (s) => s.length, concurrency: 1 },
      (items) => {
        batches.push(items);
        return Promise.resolve(items);
      },
    );

    await Promise.all(['aa', 'bb', 'heavier', 'c'].map((s) => coalescer.add(s)));
    expect(batches).toEqual([['aa', 'bb'], ['heavier'], ['c']]);
  });

  it('a coalescer rejects the callers of a failed batch and nobody else', async () => {
    const coalescer = new Coalescer<number, number>(
      { waitMs: 1, maxItems: 1, concurrency: 1 },
      ([n]) => (n === 2 ? Promise.reject(new Error('two')) : Promise.resolve([n as number])),
    );

    const outcomes = await Promise.allSettled([1, 2, 3].map((n) => coalescer.add(n)));
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('a coalescer lets a small batch wait on, until it holds enough or its patience ends', async () => {
    const batches: number[][] = [];
    const gathered = (patienceMs: number): Coalescer<number, number> =>
      new Coalescer({ waitMs: 1, maxItems: 10, small: { enough: 3, patienceMs } }, (items) => {
        batches.push(items);
        return Promise.resolve(items);
      });

    const patient = gathered(1e6);
    const two = [1, 2].map((n) => patient.add(n));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(batches).toEqual([]);
    // The third does not wait again.
    await Promise.all([...two, patient.add(3)]);
    expect(batches).toEqual([[1, 2, 3]]);
    // What comes next is a batch of its own, as patient.
    const next = patient.add(4);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(batches).toHaveLength(1);
    await patient.drain();
    expect([await next, batches.at(-1)]).toEqual([4, [4]]);

    await gathered(5).add(5);
    expect(batches.at(-1)).toEqual([5]);
  });

  it('a coalescer measures a small batch by weight where calls have one', async () => {
    const batches: string[][] = [];
    const coalescer = new Coalescer<string, string>(
      {
        waitMs: 1,
        maxItems: 10,
        maxWeight: 9,
        weigh: (s) => s.length,
        small: { enough: 4, patienceMs: 1e6 },
      },
      (items) => {
        batches.push(items);
        return Promise.resolve(items);
      },
    );

    await coalescer.add('four');
    expect(batches).toEqual([['four']]);
  });

  it('a coalescer lets calls gather while a batch is under way', async () => {
    const batches: number[][] = [];
    let finish: () => void = () => {};
    const coalescer = new Coalescer<number, number>({ waitMs: 0, maxItems: 100 }, async (items) => {
      batches.push(items);
      if (batches.length === 1) await new Promise<void>((resolve) => (finish = resolve));
      return items;
    });

    const first = coalescer.add(1);
    while (batches.length === 0) await tick();
    const rest = [2, 3, 4].map((n) => coalescer.add(n));
    finish();
    await Promise.all([first, ...rest]);
    expect(batches).toEqual([[1], [2, 3, 4]]);
  });

  it('a coalescer goes on gathering when a batch ends: what has come since waits its own time', async () => {
    const batches: number[][] = [];
    let finish: () => void = () => {};
    const coalescer = new Coalescer<number, number>(
      { waitMs: 1e6, maxItems: 2, concurrency: 2 },
      async (items) => {
        batches.push(items);
        if (batches.length === 1) await new Promise<void>((resolve) => (finish = resolve));
        return items;
      },
    );

    const first = [1, 2].map((n) => coalescer.add(n));
    const third = coalescer.add(3);
    finish();
    await Promise.all(first);
    expect(batches).toEqual([[1, 2]]);
    await Promise.all([third, coalescer.add(4)]);
    expect(batches).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  it('a coalescer drains: everything handed in has settled, without waiting for the timer', async () => {
    const done: number[] = [];
    const coalescer = new Coalescer<number, number>({ waitMs: 1e6, maxItems: 100 }, (items) => {
      done.push(...items);
      return Promise.resolve(items);
    });

    const calls = [1, 2].map((n) => coalescer.add(n));
    await coalescer.drain();
    expect(done).toEqual([1, 2]);
    await Promise.all(calls);
    expect(coalescer.size).toBe(0);
  });
});
