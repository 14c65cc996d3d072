import { type RawBuilder, sql } from 'kysely';
import { inRange, type OpenidRange } from '../../database/openid-range.js';

/** An upload as a source of recipients. */
export interface UploadSource {
  readonly uploadId: string;
  /** The names of its cells, in the order in which they are kept. */
  readonly columns: readonly string[];
}

/** A page of an upload's people, as `(openid, vars)`; of their values those in `wanted`, and no empty ones. */
export function audienceOfUpload(
  { uploadId, columns }: UploadSource,
  wanted: readonly string[],
  range: OpenidRange,
): RawBuilder<unknown> {
  const members = columns.flatMap((name, at) =>
    wanted.includes(name) ? [sql`${name}::text, nullif(cells ->> ${sql.lit(at)}, '')`] : [],
  );
  const vars =
    members.length === 0
      ? sql`null::jsonb`
      : sql`nullif(jsonb_strip_nulls(jsonb_build_object(${sql.join(members)})), '{}')`;
  return sql`select openid, ${vars} as vars from upload_row
    where upload_id = ${uploadId} and ${inRange(range)}`;
}
