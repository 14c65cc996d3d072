import { SeenStamps } from './seen-stamps.js';

describe('the stamps of plain pushes', () => {
  const seen = (size: number, keepMs?: number) => {
    const stamps = new SeenStamps(size, keepMs);
    let now = 0;
    return {
      stamps,
      at: (ms: number) => (now = ms),
      take: (stamp: string, body: string) => stamps.take(stamp, Buffer.from(body), now),
    };
  };

  it('the stamps of plain pushes come with three bodies, since honest pushes may share one, and not with a fourth', () => {
    const { take } = seen(64);
    expect(['a', 'b', 'c', 'd', 'e'].map((body) => take('1', body))).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
    expect(take('2', 'd')).toBe(true);
  });

  it('the stamps of plain pushes come again with the same body as often as WeChat tries', () => {
    const { take } = seen(64);
    for (let n = 0; n < 10; n++)
      for (const body of ['a', 'b', 'c']) expect(take('1', body)).toBe(true);
    expect(take('1', 'd')).toBe(false);
    expect(take('1', 'a')).toBe(true);
  });

  it('the stamps of plain pushes are forgotten oldest first, and counted where they were still of use', () => {
    const { take, stamps, at } = seen(4, 1_000);
    for (const body of ['a', 'b', 'c']) take('1', body);
    expect(take('1', 'd')).toBe(false);
    take('2', 'a');
    expect(stamps.forgotten).toBe(0);
    at(10);
    take('3', 'a'); // takes the place of 1a
    expect(stamps.forgotten).toBe(1);
    expect(take('1', 'd')).toBe(true); // and that of 1b
    expect(stamps.forgotten).toBe(2);
    at(5_000);
    take('4', 'a'); // 1c was worth nothing any more
    expect(stamps.forgotten).toBe(2);
  });

  it('the stamps of plain pushes are kept apart however many there are, in a table that does not grow', () => {
    const { take, stamps } = seen(1_024);
    for (let n = 0; n < 10_000; n++) {
      expect(take(String(n), 'a')).toBe(true);
      expect(take(String(n), 'b')).toBe(true);
      expect(take(String(n), 'c')).toBe(true);
      expect(take(String(n), 'd')).toBe(false);
    }
    expect(stamps.bytes).toBeLessThan(64 * 1_024);
  });

  it('the stamps of plain pushes take 16 MiB at most', () => {
    expect(new SeenStamps().bytes).toBeLessThanOrEqual(16 * 1024 * 1024);
  });
});
