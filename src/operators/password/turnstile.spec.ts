import { Turnstile, TurnstileFull } from './turnstile.js';

describe('the turnstile', () => {
  /** Work that ends when it is told to. */
  const held = () => {
    const ends: (() => void)[] = [];
    let inside = 0;
    let most = 0;
    return {
      ends,
      most: () => most,
      work: () =>
        new Promise<void>((resolve) => {
          most = Math.max(most, ++inside);
          ends.push(() => {
            inside--;
            resolve();
          });
        }),
    };
  };
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  it('the turnstile lets two in at once, and the others in their order', async () => {
    const turnstile = new Turnstile(2, 10);
    const order: number[] = [];
    const all = Array.from({ length: 6 }, (_, i) =>
      turnstile.pass(async () => {
        order.push(i);
        await turn();
      }),
    );
    expect(order).toEqual([0, 1]);
    await Promise.all(all);
    expect(order).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('the turnstile turns away whoever comes to a full queue, and takes people again once it has moved', async () => {
    const turnstile = new Turnstile(1, 1);
    const { work, ends, most } = held();
    const first = turnstile.pass(work);
    const second = turnstile.pass(work);
    await expect(turnstile.pass(work)).rejects.toThrow(TurnstileFull);
    ends.shift()?.();
    await first;
    await turn();
    ends.shift()?.();
    await second;
    const third = turnstile.pass(work);
    await turn();
    ends.shift()?.();
    await third;
    expect(most()).toBe(1);
  });

  it('the turnstile goes on after work that failed', async () => {
    const turnstile = new Turnstile(1, 5);
    const failed = turnstile.pass(() => Promise.reject(new Error('no')));
    const next = turnstile.pass(() => Promise.resolve('yes'));
    await expect(failed).rejects.toThrow('no');
    await expect(next).resolves.toBe('yes');
  });
});
