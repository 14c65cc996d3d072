import { Injectable } from '@nestjs/common';
import { HotSql, type HotStatement } from '../../database/hot-sql.js';

/** A row that was read. */
export interface ReadRow {
  readonly openid: string;
  readonly line: number;
  /** In the order of the columns, without the openid. */
  readonly cells: readonly string[];
}

const PAGE: HotStatement = {
  name: 'upload-rows',
  text: `
    select openid, line, cells from upload_row
    where upload_id = $1 and openid > $2 order by openid limit $3`,
};

const FAILURES: HotStatement = {
  name: 'upload-failures',
  text: `
    select upto, body from upload_failure
    where upload_id = $1 and upto > $2 order by upto limit 1`,
};

/** What was read of an upload, in the order of openids, and what could not be, in the order of the file. */
@Injectable()
export class UploadRows {
  readonly #hot: HotSql;

  constructor(hot: HotSql) {
    this.#hot = hot;
  }

  page(uploadId: string, after: string, limit: number): Promise<ReadRow[]> {
    return this.#hot.query<ReadRow>(PAGE, [uploadId, after, limit]);
  }

  /** The failed rows of the next page of the import behind `after` that has some. */
  async failures(
    uploadId: string,
    after: number,
  ): Promise<{ upto: number; body: string } | undefined> {
    const [row] = await this.#hot.query<{ upto: number; body: string }>(FAILURES, [
      uploadId,
      after,
    ]);
    return row;
  }
}
