import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import type { Caller } from '../../../access/caller.js';
import { type OpenRequest, StillAdmitted } from '../../../access/still-admitted.js';
import { LogThrottle } from '../../../kernel/log-throttle.js';
import type { EventStream } from './event-stream.js';
import { StreamAdmission } from './stream-admission.js';

/** The open streams of this process: each goes on for as long as its reader may hear it. */
@Injectable()
export class StreamAdmissions implements OnModuleDestroy {
  readonly #logger = new Logger(StreamAdmissions.name);
  /** While the database is away, every open stream asks in vain every few seconds. */
  readonly #lines = new LogThrottle();
  readonly #open = new Set<StreamAdmission>();
  readonly #admitted: StillAdmitted;

  constructor(admitted: StillAdmitted) {
    this.#admitted = admitted;
  }

  /** @param onAsked told every few seconds who the reader is now */
  keep(
    stream: EventStream,
    request: OpenRequest,
    mayHear: (caller: Caller) => boolean,
    onAsked?: (caller: Caller) => void,
  ): void {
    const admission = new StreamAdmission(stream, {
      lookUp: () => this.#admitted.lookUp(request),
      mayHear,
      onAsked,
      onError: (err) => this.#noteFailure(err),
    });
    this.#open.add(admission);
    stream.onClose(() => this.#open.delete(admission));
  }

  #noteFailure(err: unknown): void {
    const standsFor = this.#lines.standsFor();
    if (standsFor === 0) return;
    this.#logger.warn(
      { err, ...(standsFor > 1 && { standsFor }) },
      'nobody could say whether a stream may go on; asked again soon',
    );
  }

  /** In a phase before the one in which the watches end their streams: whoever reads is told why. */
  onModuleDestroy(): void {
    for (const admission of this.#open) admission.sayBye('stopping');
  }
}
