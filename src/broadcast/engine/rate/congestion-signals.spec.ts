import { type AnswerMood, CongestionSignals } from './congestion-signals.js';

/** Feeds one second of answers, and returns what the first answer of the next second makes of it. */
function secondOf(
  signals: CongestionSignals,
  second: number,
  moods: readonly AnswerMood[],
  latencyMs = 100,
): void {
  for (const mood of moods) signals.answered(mood, latencyMs, second * 1_000);
}

const many = (mood: AnswerMood, count: number): AnswerMood[] => Array(count).fill(mood);

describe('the signals that an account is too fast', () => {
  it('the signals that an account is too fast are none while WeChat is fine', () => {
    const signals = new CongestionSignals();
    secondOf(signals, 1, many('fine', 50));
    expect(signals.answered('fine', 100, 2_000)).toEqual({ serial: false });
  });

  it('the signals that an account is too fast speak only when a second is over', () => {
    const signals = new CongestionSignals();
    secondOf(signals, 1, many('busy', 50));
    expect(signals.answered('busy', 100, 1_999)).toBeUndefined();
  });

  it('the signals that an account is too fast are more than a fifth of -1 in a second', () => {
    const signals = new CongestionSignals();
    secondOf(signals, 1, [...many('fine', 80), ...many('busy', 20)]);
    expect(signals.answered('fine', 100, 2_000)?.backoffReason).toBeUndefined();
    secondOf(signals, 2, [...many('fine', 78), ...many('busy', 21)]);
    expect(signals.answered('fine', 100, 3_000)?.backoffReason).toBe('busy');
  });

  it('the signals that an account is too fast are a burst of 43117', () => {
    const signals = new CongestionSignals();
    secondOf(signals, 1, [...many('fine', 20), ...many('frequent', 10)]);
    expect(signals.answered('fine', 100, 2_000)?.backoffReason).toBe('frequent');
  });

  it('the signals that an account is too fast are not read from a handful of answers', () => {
    const signals = new CongestionSignals();
    secondOf(signals, 1, many('busy', 4));
    expect(signals.answered('fine', 100, 2_000)?.backoffReason).toBeUndefined();
  });

  it('the signals that an account is too fast are a median latency both doubled and over a second', () => {
    const signals = new CongestionSignals();
    secondOf(signals, 1, many('fine', 10), 400);
    secondOf(signals, 2, many('fine', 10), 990);
    expect(signals.answered('fine', 100, 3_000)?.backoffReason).toBeUndefined();
    secondOf(signals, 3, many('fine', 10), 1_500);
    expect(signals.answered('fine', 100, 4_000)?.backoffReason).toBe('slow');
  });

  it('the signals that an account is too fast are not a latency that was always high', () => {
    const signals = new CongestionSignals();
    for (const second of [1, 2, 3]) secondOf(signals, second, many('fine', 10), 3_000);
    expect(signals.answered('fine', 3_000, 4_000)?.backoffReason).toBeUndefined();
  });

  it('the signals that an account is too fast ask for serial sending when over half of the last 200 answers are -1, until it is no more', () => {
    const signals = new CongestionSignals();
    secondOf(signals, 1, [...many('busy', 101), ...many('fine', 99)]);
    expect(signals.answered('busy', 100, 2_000)?.serial).toBe(true);
    secondOf(signals, 2, many('fine', 10));
    expect(signals.answered('fine', 100, 3_000)?.serial).toBe(false);
  });
});
