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

/** A rate is measured over the last ten seconds; over up to a minute when nobody has asked in between. */
const WINDOW_MS = 10_000;
const OLDEST_MS = 60_000;
/** Two samples closer together than this say nothing about a rate. */
const SHORTEST_MS = 400;
const MAX_BROADCASTS = 1_000;

/**
 * How fast broadcasts really go: how far their counters move between two requests to this process. It stores and
 * polls nothing for that: the first request gets no rate, a client that asks again does.
 */
@Injectable()
export class SendRates {
  readonly #samples = new Map<string, Sample[]>();

  /** The rate of the last seconds; undefined at the first sample. */
  observe(broadcastId: string, sent: number, atMs: number): SendRate | undefined {
    const samples = withinWindow(this.#samples.get(broadcastId) ?? [], atMs);
    const first = samples[0];
    const last = samples.at(-1);
    if (last === undefined || atMs - last.atMs >= SHORTEST_MS) samples.push({ atMs, sent });
    this.#remember(broadcastId, samples);
    if (first === undefined || atMs - first.atMs < SHORTEST_MS) return undefined;
    // A receipt may make a delivery pending again: that is no negative rate.
    const seconds = (atMs - first.atMs) / 1_000;
    return { perSecond: Math.max(0, sent - first.sent) / seconds, seconds };
  }

  /** Forgets the broadcast that was observed longest ago when there are too many. */
  #remember(broadcastId: string, samples: Sample[]): void {
    this.#samples.delete(broadcastId);
    this.#samples.set(broadcastId, samples);
    if (this.#samples.size > MAX_BROADCASTS) {
      const [oldest] = this.#samples.keys();
      if (oldest !== undefined) this.#samples.delete(oldest);
    }
  }
}

/** Keeps the samples of the window, and the last one before it as its edge. */
function withinWindow(samples: readonly Sample[], atMs: number): Sample[] {
  const inside = samples.filter((sample) => atMs - sample.atMs <= WINDOW_MS);
  const edge = samples.findLast((sample) => atMs - sample.atMs > WINDOW_MS);
  return edge !== undefined && atMs - edge.atMs <= OLDEST_MS ? [edge, ...inside] : inside;
}
