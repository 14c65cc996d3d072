import { judgeCanary } from './canary-verdict.js';

const figures = (change: Partial<Parameters<typeof judgeCanary>[0]>) => ({
  sent: 100,
  delivered: 0,
  refused: 0,
  failed: 0,
  blocked: 0,
  unknown: 0,
  missing: 0,
  reviewing: 0,
  ...change,
});

describe('the canary', () => {
  it('the canary waits for its receipts', () => {
    expect(judgeCanary(figures({ delivered: 99, missing: 1 }), false)).toBe('waits');
    expect(judgeCanary(figures({ refused: 50, delivered: 49, missing: 1 }), false)).toBe('waits');
  });

  it('the canary waits for what WeChat reviews as for receipts, and passes then, unless most of it is under review', () => {
    const some = figures({ delivered: 60, reviewing: 40 });
    expect(judgeCanary(some, false)).toBe('waits');
    expect(judgeCanary(some, true)).toMatchObject({ passed: true });
    expect(judgeCanary(figures({ delivered: 49, reviewing: 51 }), true)).toMatchObject({
      passed: false,
      words: { en: expect.stringContaining('under review 51') },
    });
  });

  it('the canary passes with a tenth of its messages gone wrong, in whatever ways', () => {
    const bad = { refused: 4, failed: 3, blocked: 2, unknown: 1 };
    expect(judgeCanary(figures({ delivered: 90, ...bad }), false)).toMatchObject({ passed: true });
    expect(judgeCanary(figures({ delivered: 89, ...bad, unknown: 2 }), false)).toMatchObject({
      passed: false,
      words: { en: expect.stringContaining('refused 4, failed 3, blocked 2, unknown 2') },
    });
  });

  it('the canary passes with some receipts missing after the time for them, and says how many', () => {
    expect(judgeCanary(figures({ delivered: 60, missing: 40 }), true)).toMatchObject({
      passed: true,
      words: { en: expect.stringContaining('without receipt 40') },
    });
  });

  it('the canary stays where most receipts are missing: nobody knows who blocks us', () => {
    expect(judgeCanary(figures({ delivered: 49, missing: 51 }), true)).toMatchObject({
      passed: false,
      words: { en: expect.stringContaining('callback') },
    });
  });

  it('the canary passes where nobody was sent to', () => {
    expect(judgeCanary(figures({ sent: 0 }), false)).toMatchObject({ passed: true });
  });
});
