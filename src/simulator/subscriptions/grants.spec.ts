import { Grants } from './grants.js';

const NOTICE = 'notice';
const LASTING = 'lasting';
const AMY = 1;
const BOB = 2;

const fresh = (): Grants => new Grants((templateId) => templateId === LASTING);

describe('grants', () => {
  it('grants are counted for each person and template, and spent one by one', () => {
    const grants = fresh();
    grants.answer(AMY, NOTICE, 'accept');
    grants.answer(AMY, NOTICE, 'accept');
    grants.spend(AMY, NOTICE);

    expect(grants.allows(AMY, NOTICE)).toBe(true);
    expect(grants.allows(BOB, NOTICE)).toBe(false);
    grants.spend(AMY, NOTICE);
    expect(grants.allows(AMY, NOTICE)).toBe(false);
    expect(() => grants.spend(AMY, NOTICE)).toThrow('nothing is granted');
    expect(grants.report()).toEqual({ holders: 0, left: 0, spent: 2, missing: 2 });
  });

  it('grants survive a later "no" to the same question, but not their withdrawal', () => {
    const grants = fresh();
    grants.answer(AMY, NOTICE, 'accept');
    grants.answer(AMY, NOTICE, 'reject');
    expect(grants.count(AMY, NOTICE)).toBe(1);

    grants.answer(AMY, NOTICE, 'withdraw');
    expect(grants.count(AMY, NOTICE)).toBe(0);
  });

  it('grants of a long-term template last until they are withdrawn', () => {
    const grants = fresh();
    grants.answer(AMY, LASTING, 'accept');
    for (let message = 0; message < 5; message++) grants.spend(AMY, LASTING);

    expect(grants.listOf(AMY)).toEqual([{ templateId: LASTING, count: null }]);
    expect(grants.report()).toMatchObject({ holders: 1, left: 0, spent: 5 });
    grants.answer(AMY, LASTING, 'withdraw');
    expect(grants.listOf(AMY)).toEqual([]);
  });

  it('grants for an occasion are no grants for a template', () => {
    const grants = fresh();
    grants.answerScene(AMY, 7);

    expect(grants.allowsScene(AMY, 8)).toBe(false);
    expect(grants.allowsScene(AMY, 7)).toBe(true);
    grants.spendScene(AMY, 7);
    expect(grants.allowsScene(AMY, 7)).toBe(false);
  });

  it('grants each answer of one person gets a second of its own', () => {
    const grants = fresh();
    const seconds = [1_000, 1_000, 1_000, 9_000].map((now) => grants.nextSecond(AMY, now));

    expect(seconds).toEqual([1, 2, 3, 9]);
    expect(grants.nextSecond(BOB, 1_000)).toBe(1);
  });
});
