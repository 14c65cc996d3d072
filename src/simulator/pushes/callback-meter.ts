import { createHistogram } from 'node:perf_hooks';

/** The verdict on one answer to a push. */
export type AnswerVerdict =
  /** The answer was 200 with `success` or an empty body, in time. */
  | 'ok'
  /** The answer was another one. */
  | 'illegal'
  /** There was no answer: refused, closed, or too late. */
  | 'unanswered';

/** An answer that WeChat would report to the owner of the account. */
export type IllegalAnswer = { readonly status: number; readonly body: string; readonly at: string };

const MAX_ILLEGAL = 100;

/** Counts how the callback answers. */
export class CallbackMeter {
  readonly #verdicts: Record<AnswerVerdict, number> = { ok: 0, illegal: 0, unanswered: 0 };
  readonly #answerMicros = createHistogram();
  readonly #illegal: IllegalAnswer[] = [];
  #retried = 0;
  #abandoned = 0;

  recordAnswer(verdict: AnswerVerdict, tookMs: number): void {
    this.#verdicts[verdict]++;
    this.#answerMicros.record(Math.max(1, Math.round(tookMs * 1000)));
  }

  /** Keeps an illegal answer for the report. Returns how many there were. */
  recordIllegal(answer: IllegalAnswer): number {
    this.#illegal.push(answer);
    if (this.#illegal.length > MAX_ILLEGAL) this.#illegal.shift();
    return this.#verdicts.illegal;
  }

  count(verdict: AnswerVerdict): number {
    return this.#verdicts[verdict];
  }

  get retries(): number {
    return this.#retried;
  }

  recordRetry(): void {
    this.#retried++;
  }

  recordAbandoned(): void {
    this.#abandoned++;
  }

  reset(): void {
    Object.assign(this.#verdicts, { ok: 0, illegal: 0, unanswered: 0 });
    this.#answerMicros.reset();
    this.#illegal.length = 0;
    this.#retried = 0;
    this.#abandoned = 0;
  }

  report() {
    return {
      ...this.#verdicts,
      retried: this.#retried,
      abandoned: this.#abandoned,
      answerMs: {
        median: this.#answerMicros.percentile(50) / 1000,
        p99: this.#answerMicros.percentile(99) / 1000,
        max: this.#answerMicros.max / 1000,
      },
      illegalAnswers: this.#illegal.slice(),
    };
  }
}
