import { pipeline, Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { stringify } from 'csv-stringify';
import { Kysely } from 'kysely';
import { inTransaction } from '../audit/record/in-transaction.js';
import { both } from '../kernel/bilingual.js';
import { DomainError } from '../kernel/domain-error.js';
import { invalidCursor } from '../http/id-cursor.js';
import type { Page } from '../http/cursor.js';
import { REASON_COLUMN } from './parse/columns.js';
import { keptRows, maskedCell } from './parse/error-row.js';
import type { FailedRow } from './parse/judge.js';
import { rowFaultWords } from './parse/row-faults.js';
import type { UploadRecord } from './record/upload.repository.js';
import { UploadRows } from './record/upload-rows.js';
import type { UploadErrorView, UploadErrorsCsvQuery } from './uploads.dto.js';

/** What could not be read of an upload: as a list, and as a file to be mended and sent again. */
@Injectable()
export class UploadErrors {
  readonly #db: Kysely<unknown>;
  readonly #rows: UploadRows;

  constructor(db: Kysely<unknown>, rows: UploadRows) {
    this.#db = db;
    this.#rows = rows;
  }

  /** In the order of the file. A cursor is a page of the import, and how many of its rows are read. */
  async list(
    upload: UploadRecord,
    after: string | undefined,
    limit: number,
    revealed: boolean,
  ): Promise<Page<UploadErrorView>> {
    const place = cursorOf(after);
    const items: UploadErrorView[] = [];
    let { upto, passed } = place;
    while (items.length < limit) {
      // The page in which the last one ended is read again, if it has more.
      const part = await this.#rows.failures(upload.id, passed > 0 ? upto - 1 : upto);
      if (part === undefined) return { items, next: null };
      const rows = keptRows(part.body);
      const taken = rows.slice(passed, passed + limit - items.length);
      items.push(...taken.map((row) => viewOf(row, upload, revealed)));
      const isRead = passed + taken.length >= rows.length;
      passed = isRead ? 0 : passed + taken.length;
      upto = part.upto;
    }
    const last = await this.#rows.failures(upload.id, passed > 0 ? upto - 1 : upto);
    return { items, next: last === undefined ? null : `${upto}.${passed}` };
  }

  /** The failed rows as they came, with the reason behind each. Taking them away is in the audit. */
  async csv(
    upload: UploadRecord,
    { bom, lang }: UploadErrorsCsvQuery,
    revealed: boolean,
  ): Promise<Readable> {
    await this.#note(upload);
    const names = upload.found?.columns.names ?? [];
    const csv = stringify({
      bom: bom === '1',
      escape_formulas: true,
      record_delimiter: 'windows',
    });
    const rows = Readable.from(this.#records(upload, names, lang, revealed), {
      objectMode: true,
      highWaterMark: 16,
    });
    pipeline(rows, csv, () => {}); // its error is the stream's, which whoever reads it hears
    return csv;
  }

  async *#records(
    { id, found }: UploadRecord,
    names: readonly string[],
    lang: 'zh' | 'en',
    revealed: boolean,
  ): AsyncGenerator<string[]> {
    yield [...names, REASON_COLUMN];
    const openid = found?.columns.openid;
    for (let upto = 0; ;) {
      const part = await this.#rows.failures(id, upto);
      if (part === undefined) return;
      upto = part.upto;
      for (const { cells, code, params } of keptRows(part.body)) {
        const shown = revealed ? cells : cells.map((cell, at) => maskedCell(cell, at === openid));
        const empty = Array.from({ length: Math.max(0, names.length - cells.length) }, () => '');
        yield [...shown, ...empty, rowFaultWords(code, params)[lang]];
      }
    }
  }

  #note({ id, accountId }: UploadRecord): Promise<void> {
    return inTransaction(this.#db, (_, audit) => {
      audit({
        action: 'upload.export',
        target: { kind: 'upload', id },
        accountId: accountId ?? undefined,
      });
      return Promise.resolve();
    });
  }
}

function cursorOf(after: string | undefined): { upto: number; passed: number } {
  if (after === undefined) return { upto: 0, passed: 0 };
  const [, upto, passed] = /^(\d{1,9})\.(\d{1,9})$/.exec(after) ?? [];
  if (upto === undefined) throw invalidCursor();
  return { upto: Number(upto), passed: Number(passed) };
}

function viewOf(row: FailedRow, { found }: UploadRecord, revealed: boolean): UploadErrorView {
  const { line, code, params, column = null, value = null } = row;
  const { names = [], openid } = found?.columns ?? {};
  const isOpenid = openid !== undefined && column !== null && names[openid] === column;
  const seen = (text: string): string => (revealed ? text : maskedCell(text, isOpenid));
  const told = Object.fromEntries(
    Object.entries(params).map(([name, each]) => [
      name,
      name === 'value' ? seen(String(each)) : each,
    ]),
  );
  const { zh, en } = rowFaultWords(code, told);
  const shown = value === null ? null : formulaSafe(seen(value));
  return { line, column, code, params: told, zh, en, value: shown };
}

/** A spreadsheet into which it is pasted does nothing. */
const formulaSafe = (text: string): string => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text);

export const requireKept = ({ purgedAt }: UploadRecord): void => {
  if (purgedAt === null) return;
  throw new DomainError(
    'gone',
    'upload_purged',
    both(
      `名单的各行已于 ${purgedAt.toISOString()} 超过保留期限（UPLOAD_DAYS）而清除。`,
      `The rows of the list were cleared at ${purgedAt.toISOString()}: UPLOAD_DAYS was over.`,
      { purgedAt: purgedAt.toISOString() },
    ),
  );
};
