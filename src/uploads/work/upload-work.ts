import { Injectable, Logger } from '@nestjs/common';
import { WorkJobs } from '../../queue/work-jobs.js';
import { UPLOAD_IMPORT, UPLOAD_PREVIEW, UploadNudges } from '../record/upload-nudges.js';
import type { UploadRow } from '../record/upload.repository.js';
import { UploadReader } from './upload-reader.js';
import { WorkRepository } from './work.repository.js';

/**
 * Takes uploads up as jobs of the queue `work`: in each process one preview and one import at a time, each in its own
 * thread. A job that finds its lane busy ends: whoever is in it takes what waits.
 */
@Injectable()
export class UploadWork {
  readonly #logger = new Logger(UploadWork.name);
  readonly #busy = new Set<string>();
  readonly #work: WorkRepository;
  readonly #nudges: UploadNudges;

  /** Told at once: the queue may have jobs before all modules are initialised. */
  constructor(jobs: WorkJobs, work: WorkRepository, reader: UploadReader, nudges: UploadNudges) {
    this.#work = work;
    this.#nudges = nudges;
    jobs.learn(UPLOAD_PREVIEW, (_: object, signal) =>
      this.#lane('received', signal, (upload) => reader.preview(upload, signal)),
    );
    jobs.learn(UPLOAD_IMPORT, (_: object, signal) =>
      this.#lane('importing', signal, (upload) => reader.import(upload, signal)),
    );
  }

  async #lane(
    state: 'received' | 'importing',
    signal: AbortSignal,
    read: (upload: UploadRow) => Promise<void>,
  ): Promise<void> {
    if (this.#busy.has(state)) return;
    this.#busy.add(state);
    try {
      while (!signal.aborted) {
        const upload = await this.#work.take(state);
        if (upload === undefined) break;
        this.#logger.debug(`upload ${upload.id} is taken: ${state}`);
        await read(upload);
      }
    } finally {
      this.#busy.delete(state);
    }
    // A preview may have been what an import waited for.
    if (state === 'received' && (await this.#work.isWaiting('importing'))) this.#nudges.import();
  }
}
