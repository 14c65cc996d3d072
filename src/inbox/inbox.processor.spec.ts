import { inboxBackoffMs } from './inbox.processor.js';

describe('the back-off of inbox jobs', () => {
  it('the back-off of inbox jobs begins short and never passes fifteen seconds', () => {
    expect(inboxBackoffMs(1)).toBeLessThanOrEqual(250);
    for (const attempts of [2, 7, 8, 1_000, 2 ** 31]) {
      expect(inboxBackoffMs(attempts)).toBeGreaterThan(250);
      expect(inboxBackoffMs(attempts)).toBeLessThanOrEqual(15_000);
    }
  });
});
