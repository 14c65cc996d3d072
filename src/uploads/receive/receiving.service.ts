import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Injectable, Logger } from '@nestjs/common';
import type { Account } from '../../accounts/account.js';
import { UploadConfig } from '../../config/config.js';
import { both } from '../../kernel/bilingual.js';
import { DomainError } from '../../kernel/domain-error.js';
import { fileFaultWords } from '../parse/file-faults.js';
import { PART_BYTES } from '../record/part-bytes.js';
import { fileStreamOf } from './file-stream.js';
import { type NewUpload, ReceivingRepository } from './receiving.repository.js';

/** Takes files in: bytes first, a mebibyte at a time, no more of them in memory than that. */
@Injectable()
export class Receiving {
  readonly #logger = new Logger(Receiving.name);
  readonly #uploads: ReceivingRepository;
  readonly #limits: UploadConfig;

  constructor(uploads: ReceivingRepository, limits: UploadConfig) {
    this.#uploads = uploads;
    this.#limits = limits;
  }

  /** Returns the upload's id once all of it is on record; of what breaks off nothing can be used. */
  async take(
    account: Account,
    request: IncomingMessage,
    asked: NewUpload & { readonly key: string | undefined },
  ): Promise<string> {
    this.#refuseTooLarge(announced(request));
    const file = await fileStreamOf(request);
    const id = await this.#uploads.begin(account, asked);
    try {
      const { sha256, size } = await this.#store(id, file.bytes);
      await file.finished;
      if (size === 0)
        throw new DomainError('unprocessable', 'upload_empty', fileFaultWords('empty'));
      const whole = { fileName: file.fileName, sha256, key: asked.key };
      return await this.#finish(id, account, whole, size);
    } catch (error) {
      await this.#drop(id, error);
      throw request.destroyed && !request.complete ? brokenOff() : error;
    }
  }

  async #store(
    id: string,
    bytes: AsyncIterable<Buffer>,
  ): Promise<{ sha256: Buffer; size: number }> {
    const hash = createHash('sha256');
    let held: Buffer[] = [];
    let heldBytes = 0;
    let size = 0;
    let no = 0;
    const put = async (part: Buffer): Promise<void> => {
      hash.update(part);
      if (!(await this.#uploads.putPart(id, no++, part))) throw brokenOff();
    };
    for await (const chunk of bytes) {
      size += chunk.length;
      this.#refuseTooLarge(size);
      held.push(chunk);
      heldBytes += chunk.length;
      if (heldBytes < PART_BYTES) continue;
      const all = Buffer.concat(held);
      let at = 0;
      for (; all.length - at >= PART_BYTES; at += PART_BYTES)
        await put(all.subarray(at, at + PART_BYTES));
      held = [Buffer.from(all.subarray(at))];
      heldBytes = all.length - at;
    }
    if (heldBytes > 0) await put(Buffer.concat(held));
    return { sha256: hash.digest(), size };
  }

  async #finish(
    id: string,
    account: Account,
    whole: { fileName: string | undefined; sha256: Buffer; key: string | undefined },
    size: number,
  ): Promise<string> {
    const { key, sha256 } = whole;
    const earlier = async (): Promise<string | undefined> => {
      const found =
        key === undefined ? undefined : await this.#uploads.earlier(account.id, key, sha256);
      if (found === undefined) return undefined;
      await this.#uploads.forget(id);
      if (!found.same) throw keyReused();
      return found.id;
    };
    const before = await earlier();
    if (before !== undefined) return before;
    try {
      if (await this.#uploads.finish(id, account, whole, size)) return id;
    } catch (error) {
      // Two with one key came at once.
      const first = isTaken(error) ? await earlier() : undefined;
      if (first === undefined) throw error;
      return first;
    }
    throw brokenOff();
  }

  async #drop(id: string, error: unknown): Promise<void> {
    const isTooLarge = error instanceof DomainError && error.code === 'upload_too_large';
    try {
      await this.#uploads.drop(id, { code: isTooLarge ? 'too_large' : 'broken_off', params: {} });
    } catch (err) {
      this.#logger.warn({ err }, `upload ${id} broke off; the sweep removes what is left of it`);
    }
  }

  #refuseTooLarge(bytes: number): void {
    const { maxBytes } = this.#limits;
    if (bytes <= maxBytes) return;
    throw new DomainError(
      'too-large',
      'upload_too_large',
      both(
        `文件超过 ${maxBytes} 字节（UPLOAD_MAX_BYTES）。请分成几个文件。`,
        `The file has more than ${maxBytes} bytes (UPLOAD_MAX_BYTES). Split it.`,
        { limit: maxBytes },
      ),
    );
  }
}

/** A form is a little longer than its file. */
function announced({ headers }: IncomingMessage): number {
  const length = Number(headers['content-length'] ?? 0);
  const isForm = /^multipart/i.test(headers['content-type'] ?? '');
  return isForm ? Math.max(0, length - FORM_BYTES) : length;
}

const FORM_BYTES = 256 * 1024;
const UNIQUE_VIOLATION = '23505';
const isTaken = (error: unknown): boolean =>
  (error as { code?: string } | undefined)?.code === UNIQUE_VIOLATION;

const brokenOff = (): DomainError =>
  new DomainError(
    'conflict',
    'upload_broken_off',
    both(
      '上传中断，文件没有传完，请重新上传。',
      'The upload broke off before the file was whole: send it again.',
    ),
  );

const keyReused = (): DomainError =>
  new DomainError(
    'unprocessable',
    'idempotency_key_reused',
    both(
      '这个 Idempotency-Key 已用于另一个文件，请换一个。',
      'This Idempotency-Key was sent with another file: choose another one.',
    ),
  );
