import { ForwardLanes } from './forward-lanes.js';

describe('forwarding lanes', () => {
  const enter = (lanes: ForwardLanes, accountId: number, times: number): number[] =>
    Array.from({ length: times }, () => lanes.enter(accountId, 0));

  it('forwarding lanes let a few calls of one account through, and any other account beside it', () => {
    const lanes = new ForwardLanes();
    expect(enter(lanes, 1, 4)).toEqual([0, 0, 0, 0]);
    expect(lanes.enter(1, 0)).toBeGreaterThan(0);
    expect(lanes.enter(2, 0)).toBe(0);
  });

  it('forwarding lanes give a place free again', () => {
    const lanes = new ForwardLanes();
    enter(lanes, 1, 4);
    lanes.leave(1, 20);
    expect(enter(lanes, 1, 2)).toEqual([0, expect.any(Number)]);
  });

  it('forwarding lanes send each back for as long as those before it will take', () => {
    const lanes = new ForwardLanes();
    enter(lanes, 1, 4);
    lanes.leave(1, 4_000);
    lanes.enter(1, 0);
    expect(enter(lanes, 1, 3)).toEqual([1_000, 2_000, 3_000]);
    expect(lanes.enter(1, 60_000)).toBe(1_000);
  });

  it('forwarding lanes send nobody back for more than half a minute', () => {
    const lanes = new ForwardLanes();
    enter(lanes, 1, 4);
    lanes.leave(1, 5_000);
    lanes.enter(1, 0);
    expect(enter(lanes, 1, 1_000).at(-1)).toBe(30_000);
  });
});
