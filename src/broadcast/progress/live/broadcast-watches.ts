import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import { actingAsSystem } from '../../../kernel/acting.js';
import { both } from '../../../kernel/bilingual.js';
import { DomainError } from '../../../kernel/domain-error.js';
import { BroadcastEventsRepository } from '../timeline/broadcast-events.repository.js';
import { BroadcastWatch, isOver } from './broadcast-watch.js';
import { BroadcastReports } from '../broadcast-reports.js';
import type { EventReader, EventStream } from './event-stream.js';

const MAX_WATCHERS = 1_000;

/** The broadcasts that somebody watches at this process: one loop each, however many watch it. */
@Injectable()
export class BroadcastWatches implements BeforeApplicationShutdown {
  readonly #logger = new Logger(BroadcastWatches.name);
  readonly #watches = new Map<string, BroadcastWatch>();
  #watchers = 0;
  #stopping = false;
  readonly #events: BroadcastEventsRepository;
  readonly #reports: BroadcastReports;

  constructor(events: BroadcastEventsRepository, reports: BroadcastReports) {
    this.#events = events;
    this.#reports = reports;
  }

  /** How many broadcasts are being read for watchers. */
  get size(): number {
    return this.#watches.size;
  }

  refuseWhenFull(): void {
    if (this.#watchers < MAX_WATCHERS && !this.#stopping) return;
    throw new DomainError(
      'unavailable',
      'too_many_watchers',
      both(
        `本进程最多提供 ${MAX_WATCHERS} 路事件流，请改为轮询 GET /v1/broadcasts/:id。`,
        `this process serves ${MAX_WATCHERS} event streams at most: poll GET /v1/broadcasts/:id instead`,
        { most: MAX_WATCHERS },
      ),
    );
  }

  /** Whether the broadcast is over, and a reader who has seen the event `seen` knows all of it. */
  async hasNothingNewFor(broadcastId: string, seen: number): Promise<boolean> {
    const report = await this.#reports.requireReport(broadcastId);
    return isOver(report) && seen >= (await this.#events.latest(broadcastId));
  }

  /** The stream gets the events after `seen`, or those from now on. */
  watch(broadcastId: string, stream: EventStream, seen: number | undefined): void {
    this.count(stream);
    this.join(broadcastId, stream, seen);
  }

  /** Counts a stream among those of this process, until it is closed. */
  count(stream: EventStream): void {
    this.#watchers++;
    stream.onClose(() => this.#watchers--);
  }

  /** Whoever comes first begins it for all, so it is nobody's doing. */
  join(broadcastId: string, stream: EventReader, seen: number | undefined): void {
    const watch = this.#watches.get(broadcastId) ?? actingAsSystem(() => this.#begin(broadcastId));
    watch.join(stream, seen);
    stream.onClose(() => {
      if (watch.isWatched || this.#watches.get(broadcastId) !== watch) return;
      this.#watches.delete(broadcastId);
      void watch.stop();
    });
  }

  /** An open stream would keep the HTTP server from closing. Its reader has been told why it ends by then. */
  async beforeApplicationShutdown(): Promise<void> {
    this.#stopping = true;
    await Promise.all([...this.#watches.values()].map((watch) => watch.stop()));
  }

  #begin(broadcastId: string): BroadcastWatch {
    const watch = new BroadcastWatch(broadcastId, this.#events, this.#reports, (error) =>
      this.#logger.warn(
        { err: error, broadcastId },
        'the broadcast could not be read: its watchers wait for the next round',
      ),
    );
    this.#watches.set(broadcastId, watch);
    return watch;
  }
}
