import fc from 'fast-check';
import { bisect } from './bisect.js';

/** As PostgreSQL says of data, in its classes 21 to 23; the kernel knows no database. */
const isDataError = (error: unknown): boolean =>
  (error as { code?: string }).code?.startsWith('2') ?? false;

const refusal = (code: string): Error => Object.assign(new Error('no'), { code });

describe('a batch that is bisected', () => {
  it('a batch that is bisected costs one call when nothing is wrong, and none for nothing', async () => {
    const calls: number[] = [];
    const record = async (items: readonly number[]) => void calls.push(items.length);
    expect(await bisect([1, 2, 3], record, isDataError)).toEqual([]);
    expect(await bisect([], record, isDataError)).toEqual([]);
    expect(calls).toEqual([3]);
  });

  it('a batch that is bisected records all but those that the database refuses', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.nat(500), { maxLength: 60 }),
        fc.uniqueArray(fc.nat(500)),
        async (items, bad) => {
          const recorded: number[] = [];
          const refused = await bisect(
            items,
            async (some) => {
              if (some.some((item) => bad.includes(item))) throw refusal('22003');
              recorded.push(...some);
            },
            isDataError,
          );
          expect(recorded).toEqual(items.filter((item) => !bad.includes(item)));
          expect(refused.map(({ item }) => item)).toEqual(
            items.filter((item) => bad.includes(item)),
          );
        },
      ),
    );
  });

  it('a batch that is bisected finds one among two hundred in a handful of calls', async () => {
    let calls = 0;
    await bisect(
      Array.from({ length: 200 }, (_, n) => n),
      async (some) => {
        calls++;
        if (some.includes(77)) throw refusal('23514');
      },
      isDataError,
    );
    expect(calls).toBeLessThan(20);
  });

  it.each(['08006', '57P01', '40P01', 'ECONNREFUSED'])(
    'a batch that is bisected throws %s: that is no item’s fault',
    async (code) => {
      const gone = refusal(code);
      await expect(bisect([1, 2], () => Promise.reject(gone), isDataError)).rejects.toBe(gone);
    },
  );
});
