import { Injectable, Logger } from '@nestjs/common';
import { UploadConfig } from '../../config/config.js';
import { ClearingRepository } from './clearing.repository.js';

/** At the slowest pace that is taken, the next mebibyte of a file comes after five minutes. */
const SILENT_SENDER = '10 minutes';

/** Removes what broke off, bytes that were imported, and rows that are older than the installation keeps. */
@Injectable()
export class UploadSweep {
  readonly #logger = new Logger(UploadSweep.name);
  readonly #clearing: ClearingRepository;
  readonly #keptDays: number;

  constructor(clearing: ClearingRepository, { days }: UploadConfig) {
    this.#clearing = clearing;
    this.#keptDays = days;
  }

  async run(): Promise<void> {
    const broken = await this.#clearing.breakOffSilent(SILENT_SENDER);
    if (broken > 0) this.#logger.warn(`${broken} uploads broke off, and nobody said so`);
    if (this.#keptDays > 0) await this.#clearing.purgeOlderThan(this.#keptDays);
    for (const id of await this.#clearing.withIdleParts()) await this.#clearing.clearParts(id);
    for (const id of await this.#clearing.uncleared()) {
      await this.#clearing.clearRows(id);
      await this.#clearing.clearParts(id);
      await this.#clearing.noteCleared(id);
    }
  }
}
