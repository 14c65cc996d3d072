import { Injectable, Logger } from '@nestjs/common';
import { UploadConfig } from '../../config/config.js';
import { FollowersService } from '../../followers/followers.service.js';
import { UploadRefused } from '../parse/upload-refused.js';
import { PART_BYTES } from '../record/part-bytes.js';
import type { KeptProblem } from '../record/upload.tables.js';
import type { UploadRow } from '../record/upload.repository.js';
import { ClearingRepository } from './clearing.repository.js';
import { inThread, OutOfMemory } from './parse-thread.js';
import type { StoredPage } from './thread-messages.js';
import { NotMine, WorkRepository } from './work.repository.js';

/** A worker gives a sign of life more often than it may be silent. */
const ALIVE_EVERY_MS = 5_000;
/** Taken up so often without coming further, it never will. */
const MOST_TRIES = 20;
const ANALYZE_FROM = 50_000;

/** Reads uploads that a worker has taken: looks at their beginning, or turns their bytes into rows. */
@Injectable()
export class UploadReader {
  readonly #logger = new Logger(UploadReader.name);
  readonly #work: WorkRepository;
  readonly #clearing: ClearingRepository;
  readonly #followers: FollowersService;
  readonly #limits: UploadConfig;

  constructor(
    work: WorkRepository,
    clearing: ClearingRepository,
    followers: FollowersService,
    limits: UploadConfig,
  ) {
    this.#work = work;
    this.#clearing = clearing;
    this.#followers = followers;
    this.#limits = limits;
  }

  preview(upload: UploadRow, signal: AbortSignal): Promise<void> {
    return this.#attended(upload, signal, async () => {
      const { told } = upload;
      const task = { kind: 'preview', size: Number(upload.size), told } as const;
      const outcome = await inThread(task, this.#answers(upload), signal);
      if ('found' in outcome) await this.#work.preview(upload, outcome.found, outcome.problem);
    });
  }

  import(upload: UploadRow, signal: AbortSignal): Promise<void> {
    return this.#attended(upload, signal, async () => {
      const { found, rows: done } = upload;
      if (found === null || upload.accountId === null) return;
      let { followers } = upload;
      if (done === 0) {
        await this.#clearing.clearRows(upload.id); // of an earlier import that failed
        const known = await this.#followers.hasSynced(upload.accountId);
        await this.#work.countFollowers(upload, known);
        followers = known ? 0 : null;
      }
      const { maxRows } = this.#limits;
      const task = {
        kind: 'import',
        size: Number(upload.size),
        reading: found,
        done,
        maxRows,
      } as const;
      await inThread(task, this.#answers(upload, followers !== null), signal);
      await this.#finish(upload);
    });
  }

  #answers(upload: UploadRow, countsFollowers = false) {
    let done = upload.rows;
    return {
      read: (offset: number, length: number) =>
        this.#work.read(upload.id, PART_BYTES, offset, length),
      known: (openids: readonly string[]) => this.#work.known(upload.id, openids),
      store: async (page: StoredPage): Promise<void> => {
        const followers = countsFollowers
          ? (await this.#followers.followingAmong(upload.accountId ?? 0, page.openids)).size
          : null;
        await this.#work.store(upload, done, page, followers);
        done = page.upto;
      },
    };
  }

  async #finish(upload: UploadRow): Promise<void> {
    const twins = await this.#work.twins(upload.id);
    const warnings =
      twins === undefined ? [] : [{ code: 'openids_differ_in_case', params: { ...twins } }];
    if (!(await this.#work.finish(upload, warnings))) return;
    this.#logger.log(`upload ${upload.id} is imported`);
    try {
      if (Number(upload.size) >= ANALYZE_FROM * 30) await this.#work.analyze();
    } catch (err) {
      this.#logger.warn({ err }, 'the table of uploaded rows could not be analysed');
    }
  }

  /** Settles what became of it. What is not its own fault throws, and is tried again. */
  async #attended(
    upload: UploadRow,
    signal: AbortSignal,
    work: () => Promise<void>,
  ): Promise<void> {
    const alive = setInterval(() => {
      this.#work.keepAlive(upload).catch(() => {}); // whatever it does next meets the same fault
    }, ALIVE_EVERY_MS);
    try {
      if (upload.tries > MOST_TRIES) await this.#work.fail(upload, READING_FAILED);
      else await work();
    } catch (error) {
      await this.#settle(upload, signal, error);
    } finally {
      clearInterval(alive);
    }
  }

  async #settle(upload: UploadRow, signal: AbortSignal, error: unknown): Promise<void> {
    if (signal.aborted) return this.#work.leave(upload);
    if (error instanceof NotMine) return;
    const problem = problemOf(error);
    if (problem === undefined) throw error;
    await this.#work.fail(upload, problem);
  }
}

const READING_FAILED: KeptProblem = { code: 'reading_failed', params: {} };

function problemOf(error: unknown): KeptProblem | undefined {
  if (error instanceof UploadRefused) return { code: error.code, params: error.params };
  return error instanceof OutOfMemory ? { code: 'out_of_memory', params: {} } : undefined;
}
