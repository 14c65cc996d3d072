import { withTimeout } from './with-timeout.js';

describe('work with a timeout', () => {
  const never = new Promise<string>(() => {});
  /** Keeps the process alive, which a timeout does not. */
  let alive: NodeJS.Timeout;
  beforeEach(() => {
    alive = setInterval(() => {}, 1_000);
  });
  afterEach(() => clearInterval(alive));

  it('work with a timeout has its result, or its fault, where it ends in time', async () => {
    await expect(withTimeout(60_000, Promise.resolve('done'))).resolves.toBe('done');
    const fault = new Error('away');
    await expect(withTimeout(60_000, Promise.reject(fault))).rejects.toBe(fault);
  });

  it('work with a timeout is an error once it takes too long', async () => {
    await expect(withTimeout(5, never)).rejects.toThrow('no answer within 5 ms');
  });

  it('work with a timeout is what the caller says once it takes too long', async () => {
    await expect(withTimeout(5, never, () => 'gave up')).resolves.toBe('gave up');
    await expect(
      withTimeout(5, never, () => {
        throw new Error('Redis does not answer');
      }),
    ).rejects.toThrow('Redis does not answer');
  });

  it('work with a timeout says nothing of a timeout where the work has ended', async () => {
    let late = 0;
    await withTimeout(5, Promise.resolve(), () => late++);
    await withTimeout(30, never, () => {});
    expect(late).toBe(0);
  });

  it('work with a timeout fails nobody where it fails after its time', async () => {
    const { promise, reject } = Promise.withResolvers<string>();
    await expect(withTimeout(5, promise, () => 'gave up')).resolves.toBe('gave up');
    reject(new Error('too late'));
    await withTimeout(5, never, () => {});
  });
});
