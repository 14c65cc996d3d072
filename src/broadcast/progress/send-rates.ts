import { Injectable } from '@nestjs/common';

/** Messages a second, and over how many seconds that was. */
export interface SendRate {
  readonly perSecond: number;
  readonly seconds: number;
}

interface Sample {
  readonly atMs: number;
  readonly sent: number;
}

/** A rate is measured over the last ten seconds, and over a minute where nobody has looked since. */
const WINDOW_MS = 10_000;
const OLDEST_MS = 60_000;
/** Two looks closer together than this say nothing about a rate. */
const SHORTEST_MS = 400;
const MAX_BROADCASTS = 1_000;

/**
 * How fast broadcasts really go, from how their counters move between two looks of this process.
 * Nothing is stored and nothing is polled for it: who looks once gets no rate, who watches does.
 */
@Injectable()
export class SendRates {
  readonly #samples = new Map<string, Sample[]>();

  /** What went out in the last seconds; undefined at the first look. */
  observe(broadcastId: string, sent: number, atMs: number): SendRate | undefined {
    const samples = withinWindow(this.#samples.get(broadcastId) ?? [], atMs);
    const first = samples[0];
    const last = samples.at(-1);
    if (last === undefined || atMs - last.atMs >= SHORTEST_MS) samples.push({ atMs, sent });
    this.#remember(broadcastId, samples);
    if (first === undefined || atMs - first.atMs < SHORTEST_MS) return undefined;
    // A receipt may send a delivery back to be sent again: that is no negative rate.
    const seconds = (atMs - first.atMs) / 1_000;
    return { perSecond: Math.max(0, sent - first.sent) / seconds, seconds };
  }

  /** The least recently watched goes when there are too many. */
  #remember(broadcastId: string, samples: Sample[]): void {
    this.#samples.delete(broadcastId);
    this.#samples.set(broadcastId, samples);
    if (this.#samples.size > MAX_BROADCASTS) {
      const [oldest] = this.#samples.keys();
      if (oldest !== undefined) this.#samples.delete(oldest);
    }
  }
}

/** Of the samples older than the window only the last is kept, as its edge. */
function withinWindow(samples: readonly Sample[], atMs: number): Sample[] {
  const inside = samples.filter((sample) => atMs - sample.atMs <= WINDOW_MS);
  const edge = samples.findLast((sample) => atMs - sample.atMs > WINDOW_MS);
  return edge !== undefined && atMs - edge.atMs <= OLDEST_MS ? [edge, ...inside] : inside;
}
