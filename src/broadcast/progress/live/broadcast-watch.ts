import { Ticker } from '../../../kernel/ticker.js';
import type {
  BroadcastEvent,
  BroadcastEventsRepository,
} from '../timeline/broadcast-events.repository.js';
import { toProgress } from '../broadcast-view.dto.js';
import { type BroadcastReport, type BroadcastReports, receiptsOpen } from '../broadcast-reports.js';
import { type TimelineEventView, toTimelineEvent } from '../timeline/timeline.dto.js';
import type { EventReader } from './event-stream.js';

/** A watcher gets progress at most this often. */
const PROGRESS_EVERY_MS = 500;

interface Watcher {
  readonly stream: EventReader;
  /** The last event that the watcher got; undefined until the loop has found where it starts. */
  seen: number | undefined;
  progress: string;
  toldAtMs: number;
}

/**
 * Tells everybody who watches one broadcast what happens to it. One loop reads for all of them. A slow watcher misses
 * progress, of which only the latest counts, but no event: the loop reads again what the watcher has not got.
 */
export class BroadcastWatch {
  readonly #watchers = new Set<Watcher>();
  readonly #ticker: Ticker;
  readonly #broadcastId: string;
  readonly #events: BroadcastEventsRepository;
  readonly #reports: BroadcastReports;

  constructor(
    broadcastId: string,
    events: BroadcastEventsRepository,
    reports: BroadcastReports,
    onError: (error: unknown) => void,
  ) {
    this.#broadcastId = broadcastId;
    this.#events = events;
    this.#reports = reports;
    this.#ticker = new Ticker(
      () => PROGRESS_EVERY_MS,
      () => this.#tick(),
      onError,
    );
    this.#ticker.start();
  }

  get isWatched(): boolean {
    return this.#watchers.size > 0;
  }

  /** The stream gets the events after `seen`, or those from now on. */
  join(stream: EventReader, seen: number | undefined): void {
    const watcher = { stream, seen, progress: '', toldAtMs: -Infinity };
    this.#watchers.add(watcher);
    stream.onClose(() => this.#watchers.delete(watcher));
    this.#ticker.wake();
  }

  /** Ends every stream; browsers connect again, to another process. */
  async stop(): Promise<void> {
    for (const { stream } of this.#watchers) stream.end();
    await this.#ticker.stop();
  }

  async #tick(): Promise<void> {
    for (const { stream } of this.#watchers) stream.tend();
    const ready = [...this.#watchers].filter(({ stream }) => stream.isReady);
    if (ready.length === 0) return;

    const latest = await this.#events.latest(this.#broadcastId);
    for (const watcher of ready) watcher.seen ??= latest;
    const oldest = Math.min(...ready.map(({ seen = latest }) => seen));
    const events = oldest < latest ? await this.#events.after(this.#broadcastId, oldest) : [];
    // After the events, so that progress is never older than what it comes after.
    const report = await this.#reports.findReport(this.#broadcastId);
    const progress = report && withoutOpenids(toProgress(report));
    const ended = report === undefined || isOver(report);

    for (const watcher of ready) {
      tellEvents(watcher, events);
      if (progress !== undefined) tellProgress(watcher, progress, ended);
      if (ended && (watcher.seen ?? 0) >= latest) tellEnd(watcher);
    }
  }
}

/** Whoever watches may see no openids: the sample of a hold is on the page of the broadcast. */
const withoutOpenids = (told: object): string =>
  JSON.stringify(told, (member, value: unknown) => (member === 'openid' ? undefined : value));

/** The broadcast is closed and awaits no receipt. (A late one may still settle an `unknown` delivery.) */
export const isOver = (report: BroadcastReport): boolean =>
  report.broadcast.closedAt !== null && receiptsOpen(report) === 0;

function tellEvents(watcher: Watcher, events: readonly BroadcastEvent[]): void {
  for (const event of events) {
    const { id } = event;
    if (!watcher.stream.isReady) return;
    if (id <= (watcher.seen ?? 0)) continue;
    watcher.stream.send({ event: 'state', id, data: withoutOpenids(toldOf(event)) });
    watcher.seen = id;
  }
}

/** As the timeline shows it, but for its id, which the stream carries. */
function toldOf(event: BroadcastEvent): Omit<TimelineEventView, 'id'> {
  const { id: _, ...told } = toTimelineEvent(event);
  return told;
}

/** Progress carries the id of the last event, so that a reader who has seen none can still resume. */
function tellProgress(watcher: Watcher, progress: string, atOnce: boolean): void {
  const now = performance.now();
  const early = !atOnce && now - watcher.toldAtMs < PROGRESS_EVERY_MS;
  if (early || progress === watcher.progress || !watcher.stream.isReady) return;
  watcher.stream.send({ event: 'progress', id: watcher.seen, data: progress });
  watcher.progress = progress;
  watcher.toldAtMs = now;
}

function tellEnd({ stream, seen }: Watcher): void {
  stream.send({ event: 'end', id: seen, data: '{}' });
  stream.end();
}
