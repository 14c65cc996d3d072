import { untilNone } from './until-none.js';

describe('deleting lot after lot', () => {
  const lotsAskedOf = async (lots: number): Promise<number> => {
    let asked = 0;
    await untilNone(async () => {
      asked++;
      return Promise.resolve(asked <= lots ? 500 : 0);
    });
    return asked;
  };

  it('deleting lot after lot ends with the first lot that has none', async () => {
    await expect(lotsAskedOf(0)).resolves.toBe(1);
    await expect(lotsAskedOf(3)).resolves.toBe(4);
  });

  it('deleting lot after lot leaves the rest to the next round after twenty lots', async () => {
    await expect(lotsAskedOf(Infinity)).resolves.toBe(20);
  });
});
