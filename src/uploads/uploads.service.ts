import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import type { AccountScope } from '../accounts/account-scopes.js';
import { belowId } from '../http/id-cursor.js';
import type { Page } from '../http/cursor.js';
import { both } from '../kernel/bilingual.js';
import { DomainError } from '../kernel/domain-error.js';
import type { Notice } from '../kernel/warning.js';
import type { Told } from './parse/reading.js';
import { uploadNotFound } from './record/upload-not-found.js';
import { UploadNudges } from './record/upload-nudges.js';
import { type UploadRecord, UploadRepository } from './record/upload.repository.js';
import { type UploadVerb, whyNot } from './upload-can.js';

/** What people do with uploads once they are here. */
@Injectable()
export class UploadsService {
  readonly #uploads: UploadRepository;
  readonly #nudges: UploadNudges;

  constructor(uploads: UploadRepository, nudges: UploadNudges) {
    this.#uploads = uploads;
    this.#nudges = nudges;
  }

  async requireUpload(id: string): Promise<UploadRecord> {
    const upload = await this.#uploads.find(id);
    if (upload === undefined) throw uploadNotFound(id);
    return upload;
  }

  list(scope: AccountScope, after: string | undefined, limit: number): Promise<Page<UploadRecord>> {
    return this.#uploads.list(scope, belowId(after), limit);
  }

  /** What is told anew replaces what was told; null takes it back, and it is found out again. */
  change(
    id: string,
    change: { readonly [name in keyof Told]: Told[name] | null },
  ): Promise<UploadRecord> {
    return this.#decided(id, 'change', async (upload) => {
      const told = Object.fromEntries(
        Object.entries({ ...upload.told, ...change }).filter(
          ([, value]) => value !== null && value !== undefined,
        ),
      ) as Told;
      // Who says the same again wants it read again only where that has failed.
      if (upload.state !== 'failed' && isDeepStrictEqual(told, upload.told)) return true;
      const done = await this.#uploads.change(upload, told, { ...upload.told }, { ...told });
      if (done) this.#nudges.preview();
      return done;
    });
  }

  /** Once is enough: what is being imported, or has been, stays as it is. */
  import(id: string): Promise<UploadRecord> {
    return this.#decided(id, 'import', async (upload) => {
      if (upload.state === 'importing' || upload.state === 'ready') return true;
      if (upload.state === 'received' && upload.autoImport) return true;
      const done = await this.#uploads.import(upload);
      if (done && upload.state === 'previewed') this.#nudges.import();
      return done;
    });
  }

  async remove(id: string): Promise<void> {
    await this.#uploads.remove(await this.requireUpload(id));
  }

  /** Judges by what is on record, and again where somebody was faster. */
  async #decided(
    id: string,
    verb: UploadVerb,
    decide: (upload: UploadRecord) => Promise<boolean>,
  ): Promise<UploadRecord> {
    for (let tries = 0; tries < 10; tries++) {
      const upload = await this.requireUpload(id);
      const why = whyNot(verb, upload);
      if (why !== undefined) throw refusedBy(why, upload);
      if (await decide(upload)) return this.requireUpload(id);
    }
    throw new DomainError(
      'unavailable',
      'upload_busy',
      both('名单正在处理，请稍后再试。', 'The list is being worked on: try again in a moment.'),
    );
  }
}

/** What is wrong with the file is 422, and what it is too early or too late for 409. */
const refusedBy = (why: Notice, { problem }: UploadRecord): DomainError =>
  new DomainError(
    problem?.code === why.code ? 'unprocessable' : 'conflict',
    why.code,
    both(why.zh, why.en, why.params),
  );
