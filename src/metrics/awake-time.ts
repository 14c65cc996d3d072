import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Ticker } from '../kernel/ticker.js';

const BEAT_MS = 500;

/** Time in which this process ran, in ms: while it was frozen or starved it was not waiting for anything. */
@Injectable()
export class AwakeTime implements OnApplicationBootstrap, OnModuleDestroy {
  #ms = 0;
  #beatAt = performance.now();
  readonly #beats = new Ticker(
    () => BEAT_MS,
    () => this.#beat(),
    () => {},
  );

  onApplicationBootstrap(): void {
    this.#beatAt = performance.now();
    this.#beats.startLater();
  }

  async onModuleDestroy(): Promise<void> {
    await this.#beats.stop();
  }

  get ms(): number {
    return this.#ms + this.#sinceBeat();
  }

  #beat(): void {
    this.#ms = this.ms;
    this.#beatAt = performance.now();
  }

  #sinceBeat(): number {
    return Math.min(performance.now() - this.#beatAt, 2 * BEAT_MS);
  }
}
