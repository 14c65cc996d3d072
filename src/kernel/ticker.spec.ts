import { setTimeout as sleep } from 'node:timers/promises';
import { Ticker } from './ticker.js';

describe('a ticker', () => {
  const faults: unknown[] = [];
  let ticker: Ticker | undefined;
  beforeEach(() => faults.splice(0));
  afterEach(() => ticker?.stop());

  const tickerOf = (tick: (signal: AbortSignal) => Promise<void> | void, patienceMs?: number) => {
    ticker = new Ticker(
      () => 1,
      tick,
      (error) => faults.push(error),
      patienceMs,
    );
    ticker.start();
    return ticker;
  };
  const until = async (outcome: () => boolean): Promise<void> => {
    while (!outcome()) await sleep(1);
  };

  it('a ticker goes on after a tick that failed, whether by a promise or at once', async () => {
    let ticks = 0;
    tickerOf(() => {
      ticks++;
      if (ticks === 1) throw new Error('at once');
      return ticks === 2 ? Promise.reject(new Error('later')) : Promise.resolve();
    });
    await until(() => ticks >= 3);
    expect(faults).toEqual([new Error('at once'), new Error('later')]);
  });

  it('a ticker goes on after a tick whose fault could not even be told', async () => {
    let ticks = 0;
    ticker = new Ticker(
      () => 1,
      () => Promise.reject(new Error(`tick ${++ticks}`)),
      () => {
        throw new Error('nobody listens');
      },
    );
    ticker.start();
    await until(() => ticks >= 3);
  });

  it('a ticker goes on after a tick that hangs, tells it to stop, and never runs two at once', async () => {
    let running = 0;
    let most = 0;
    let ticks = 0;
    tickerOf(async (signal) => {
      most = Math.max(most, ++running);
      if (++ticks === 1)
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      running--;
    }, 20);
    await until(() => ticks >= 3);
    expect(most).toBe(1);
    expect(faults).toEqual([expect.objectContaining({ message: expect.stringMatching(/hangs/) })]);
  });

  it('a ticker ticks at once when it is woken, and once more when that happens in a tick', async () => {
    const begun: (() => void)[] = [];
    ticker = new Ticker(
      () => 60_000,
      () => new Promise((resolve) => begun.push(resolve)),
      () => {},
    );
    ticker.start();
    await until(() => begun.length === 1);
    ticker.wake();
    ticker.wake();
    begun[0]?.();
    await until(() => begun.length === 2);
    begun[1]?.();
    await sleep(5);
    expect(begun).toHaveLength(2);
  });

  it('a ticker ends after the tick under way, and starts none any more', async () => {
    let ticks = 0;
    const it = tickerOf(async () => {
      ticks++;
      await sleep(5);
    });
    await until(() => ticks === 1);
    await it.stop();
    it.wake();
    await sleep(10);
    expect(ticks).toBe(1);
  });
});
