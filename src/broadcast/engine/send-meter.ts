import { Injectable } from '@nestjs/common';

/** Weight of the newest send in the running mean of the latency. */
const SMOOTHING = 0.02;

/** What this process measures of its own sends; release sizes its window by it. */
@Injectable()
export class SendMeter {
  #latencyMs: number | undefined;

  answered(latencyMs: number): void {
    this.#latencyMs =
      this.#latencyMs === undefined
        ? latencyMs
        : this.#latencyMs + SMOOTHING * (latencyMs - this.#latencyMs);
  }

  /** Running mean in milliseconds; a guess before the first answer. */
  get latencyMs(): number {
    return this.#latencyMs ?? 100;
  }
}
