import fc from 'fast-check';
import { recordHalving } from './record-halving.js';

const refusal = (code: string): Error => Object.assign(new Error('no'), { code });

describe('recording by halves', () => {
  it('costs one call when nothing is wrong, and none for nothing', async () => {
    const calls: number[] = [];
    const record = async (items: readonly number[]) => void calls.push(items.length);
    expect(await recordHalving([1, 2, 3], record)).toEqual([]);
    expect(await recordHalving([], record)).toEqual([]);
    expect(calls).toEqual([3]);
  });

  it('records all but those that the database refuses', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.nat(500), { maxLength: 60 }),
        fc.uniqueArray(fc.nat(500)),
        async (items, bad) => {
          const recorded: number[] = [];
          const refused = await recordHalving(items, async (some) => {
            if (some.some((item) => bad.includes(item))) throw refusal('22003');
            recorded.push(...some);
          });
          expect(recorded).toEqual(items.filter((item) => !bad.includes(item)));
          expect(refused.map(({ item }) => item)).toEqual(
            items.filter((item) => bad.includes(item)),
          );
        },
      ),
    );
  });

  it('finds one among two hundred in a handful of calls', async () => {
    let calls = 0;
    await recordHalving(
      Array.from({ length: 200 }, (_, n) => n),
      async (some) => {
        calls++;
        if (some.includes(77)) throw refusal('23514');
      },
    );
    expect(calls).toBeLessThan(20);
  });

  it.each(['08006', '57P01', '40P01', 'ECONNREFUSED'])(
    'throws %s: that is no item’s fault',
    async (code) => {
      const gone = refusal(code);
      await expect(recordHalving([1, 2], () => Promise.reject(gone))).rejects.toBe(gone);
    },
  );
});
