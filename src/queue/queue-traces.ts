import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { QueueOptions } from 'bullmq';
import { TracesConfig } from '../config/config.js';
import type { OtlpTraces } from './otlp-traces.js';

/** Sends BullMQ's spans of its jobs to a collector. Where no collector is named, nothing is loaded. */
@Injectable()
export class QueueTraces implements OnApplicationShutdown {
  #traces: OtlpTraces | undefined;
  readonly #config: TracesConfig;

  constructor(config: TracesConfig) {
    this.#config = config;
  }

  /** For every queue and worker of the process. */
  async options(): Promise<Pick<QueueOptions, 'telemetry'>> {
    const { endpoint, share } = this.#config;
    if (endpoint === undefined) return {};
    const { startTraces } = await import('./otlp-traces.js');
    this.#traces = startTraces(endpoint, share);
    return { telemetry: this.#traces.telemetry };
  }

  /** Spans that were gathered still go out; a collector that is away must not keep the process alive. */
  async onApplicationShutdown(): Promise<void> {
    await this.#traces?.end().catch(() => {});
  }
}
