import { ReviewShares } from './review-shares.js';

describe('the share of messages under review', () => {
  let shares: ReviewShares;
  beforeEach(() => {
    shares = new ReviewShares();
  });
  /** What is said of so many answers, of which the first ones were reviewed. */
  const hear = (answers: number, reviewed: number, id = 'a') => {
    const said = [];
    for (let i = 0; i < answers; i++) said.push(shares.answered(id, i < reviewed));
    return said.filter((share) => share !== undefined);
  };

  it('the share of messages under review is told once it exceeds five in a hundred, and never again', () => {
    expect(hear(100, 5)).toEqual([]);
    expect(hear(1, 1)).toEqual([{ part: 6, whole: 101 }]);
    expect(hear(1_000, 1_000)).toEqual([]);
  });

  it('the share of messages under review says nothing of fewer than a hundred', () => {
    expect(hear(99, 99)).toEqual([]);
    expect(hear(1, 0)).toEqual([{ part: 99, whole: 100 }]);
  });

  it('the share of messages under review is that of the last thousand: neither older answers nor those before the first review are left out', () => {
    expect(hear(1_500, 0)).toEqual([]);
    expect(hear(50, 50)).toEqual([]);
    expect(hear(1_000, 0)).toEqual([]);
    expect(hear(50, 50)).toEqual([]);
    expect(hear(1, 1)).toEqual([{ part: 51, whole: 1_000 }]);
  });

  it('the share of messages under review is told anew where it could not be told, and of each broadcast apart', () => {
    expect(hear(100, 50, 'b')).toHaveLength(1);
    shares.forget('b');
    expect(hear(100, 50, 'b')).toHaveLength(1);
    expect(hear(100, 4)).toEqual([]);
  });
});
