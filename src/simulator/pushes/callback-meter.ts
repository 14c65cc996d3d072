import { createHistogram } from 'node:perf_hooks';

/** How one answer to a push is judged. */
export type AnswerVerdict =
  /** 200 with `success` or an empty body, in time. */
  | 'ok'
  /** Any other answer. */
  | 'illegal'
  /** None: refused, closed, or not within the time allowed. */
  | 'unanswered';

/** An answer WeChat would have reported to the account's owner. */
export type IllegalAnswer = { readonly status: number; readonly body: string; readonly at: string };

const MAX_ILLEGAL = 100;

/** How the callback has answered. */
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

  /** Keeps an illegal answer for the report; says how many there have been. */
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
