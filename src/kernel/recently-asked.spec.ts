import { setTimeout as sleep } from 'node:timers/promises';
import { RecentlyAsked } from './recently-asked.js';

describe('what was asked for lately', () => {
  let asked: number;
  const ask = async (): Promise<number> => {
    await sleep(1);
    return ++asked;
  };
  beforeEach(() => {
    asked = 0;
  });

  it('what was asked for lately is shared by all who ask for the same', async () => {
    const recently = new RecentlyAsked<number>(60_000);
    await expect(Promise.all([recently.ask('a', ask), recently.ask('a', ask)])).resolves.toEqual([
      1, 1,
    ]);
    await expect(recently.ask('a', ask)).resolves.toBe(1);
    await expect(recently.ask('b', ask)).resolves.toBe(2);
  });

  it('what was asked for lately is asked for anew once its time is over', async () => {
    const recently = new RecentlyAsked<number>(20);
    await recently.ask('a', ask);
    while ((await recently.ask('a', ask)) === 1) await sleep(5);
    expect(asked).toBe(2);
  });

  it('what was asked for lately is asked for anew where it was told to be forgotten, also while the answer is awaited', async () => {
    const recently = new RecentlyAsked<number>(60_000);
    const first = recently.ask('a', ask);
    recently.forget('a');
    await expect(Promise.all([first, recently.ask('a', ask)])).resolves.toEqual([1, 2]);
  });
});
