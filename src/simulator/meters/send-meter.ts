import type { Reply } from '../wire/reply.js';
import { RateMeter } from './rate-meter.js';

/** Counts the sends and their results, as their callers saw them. */
export class SendMeter {
  readonly #byErrcode = new Map<number, number>();
  readonly #rate = new RateMeter();
  #total = 0;
  #firstAt: number | null = null;
  #unanswered = 0;
  #gateway = 0;

  recordArrival(): void {
    this.#firstAt ??= Date.now();
    this.#total++;
    this.#rate.tick();
  }

  recordReply(reply: Reply, errcode: number): void {
    // A closed connection is no answer. A page of a gateway says nothing about the send.
    if (reply.kind !== 'answer') this.#unanswered++;
    else if (reply.contentType === 'text/html') this.#gateway++;
    else this.#byErrcode.set(errcode, (this.#byErrcode.get(errcode) ?? 0) + 1);
  }

  report() {
    return {
      total: this.#total,
      /** The time by the clock of the machine, in milliseconds. Null before the first send. */
      firstAt: this.#firstAt,
      byErrcode: Object.fromEntries(this.#byErrcode),
      unanswered: this.#unanswered,
      gateway: this.#gateway,
      perSecond: { max: this.#rate.peak, median: this.#rate.median },
    };
  }
}
