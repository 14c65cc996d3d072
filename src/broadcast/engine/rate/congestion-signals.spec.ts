import { type AnswerMood, CongestionSignals } from './congestion-signals.js';

/** Feeds one second of answers, and returns what the first answer of the next second makes of it. */
function secondOf(
  signs: CongestionSignals,
  second: number,
  moods: readonly AnswerMood[],
  latencyMs = 100,
): void {
  for (const mood of moods) signs.answered(mood, latencyMs, second * 1_000);
}

const many = (mood: AnswerMood, count: number): AnswerMood[] => Array(count).fill(mood);

describe('the signs that an account is too fast', () => {
  it('are none while WeChat is fine', () => {
    const signs = new CongestionSignals();
    secondOf(signs, 1, many('fine', 50));
    expect(signs.answered('fine', 100, 2_000)).toEqual({ singleFile: false });
  });

  it('speak only when a second is over', () => {
    const signs = new CongestionSignals();
    secondOf(signs, 1, many('busy', 50));
    expect(signs.answered('busy', 100, 1_999)).toBeUndefined();
  });

  it('are more than a fifth of -1 in a second', () => {
    const signs = new CongestionSignals();
    secondOf(signs, 1, [...many('fine', 80), ...many('busy', 20)]);
    expect(signs.answered('fine', 100, 2_000)?.backoffReason).toBeUndefined();
    secondOf(signs, 2, [...many('fine', 78), ...many('busy', 21)]);
    expect(signs.answered('fine', 100, 3_000)?.backoffReason).toBe('busy');
  });

  it('are a burst of 43117', () => {
    const signs = new CongestionSignals();
    secondOf(signs, 1, [...many('fine', 20), ...many('frequent', 10)]);
    expect(signs.answered('fine', 100, 2_000)?.backoffReason).toBe('frequent');
  });

  it('are not read from a handful of answers', () => {
    const signs = new CongestionSignals();
    secondOf(signs, 1, many('busy', 4));
    expect(signs.answered('fine', 100, 2_000)?.backoffReason).toBeUndefined();
  });

  it('are a median latency both doubled and over a second', () => {
    const signs = new CongestionSignals();
    secondOf(signs, 1, many('fine', 10), 400);
    secondOf(signs, 2, many('fine', 10), 990);
    expect(signs.answered('fine', 100, 3_000)?.backoffReason).toBeUndefined();
    secondOf(signs, 3, many('fine', 10), 1_500);
    expect(signs.answered('fine', 100, 4_000)?.backoffReason).toBe('slow');
  });

  it('are not a latency that was always high', () => {
    const signs = new CongestionSignals();
    for (const second of [1, 2, 3]) secondOf(signs, second, many('fine', 10), 3_000);
    expect(signs.answered('fine', 3_000, 4_000)?.backoffReason).toBeUndefined();
  });

  it('call for single file when over half of the last 200 answers are -1, until it is no more', () => {
    const signs = new CongestionSignals();
    secondOf(signs, 1, [...many('busy', 101), ...many('fine', 99)]);
    expect(signs.answered('busy', 100, 2_000)?.singleFile).toBe(true);
    secondOf(signs, 2, many('fine', 10));
    expect(signs.answered('fine', 100, 3_000)?.singleFile).toBe(false);
  });
});
