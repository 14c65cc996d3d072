import { Injectable } from '@nestjs/common';
import { HotSql } from '../../database/hot-sql.js';
import { FAILURES_AFTER, ROWS_AFTER } from './upload.statements.js';

/** A row that was read. */
export interface ReadRow {
  readonly openid: string;
  readonly line: number;
  /** In the order of the columns, without the openid. */
  readonly cells: readonly string[];
}

/** What was read of an upload, in the order of openids, and what could not be, in the order of the file. */
@Injectable()
export class UploadRows {
  readonly #hot: HotSql;

  constructor(hot: HotSql) {
    this.#hot = hot;
  }

  page(uploadId: string, after: string, limit: number): Promise<ReadRow[]> {
    return this.#hot.query<ReadRow>(ROWS_AFTER, [uploadId, after, limit]);
  }

  /** The failed rows of the next page of the import behind `after` that has some. */
  async failures(
    uploadId: string,
    after: number,
  ): Promise<{ upto: number; body: string } | undefined> {
    const [row] = await this.#hot.query<{ upto: number; body: string }>(FAILURES_AFTER, [
      uploadId,
      after,
    ]);
    return row;
  }
}
