import { SeldomLine } from './seldom-line.js';

describe('a line that comes seldom', () => {
  it('comes at once, then once a while, and says how many it stands for', () => {
    const line = new SeldomLine(60_000);
    expect(line.due(0)).toBe(1);
    for (let at = 1; at <= 99; at++) expect(line.due(at)).toBe(0);
    expect(line.due(60_000)).toBe(100);
    expect(line.due(60_001)).toBe(0);
    expect(line.due(500_000)).toBe(2);
  });
});
