import type { ByteSource } from '../../../src/uploads/parse/byte-source.js';
import type { FailedRow } from '../../../src/uploads/parse/judge.js';
import { pagesOf } from '../../../src/uploads/parse/pages.js';
import { previewOf, type Preview, type Told } from '../../../src/uploads/parse/reading.js';
import { UploadRefused } from '../../../src/uploads/parse/upload-refused.js';

const sourceOf = (bytes: Buffer): ByteSource => ({
  size: bytes.length,
  read: (offset, length) => Promise.resolve(bytes.subarray(offset, offset + length)),
});

export interface Read {
  readonly preview?: Preview;
  /** `line openid|value|value`. */
  readonly rows: string[];
  /** `line code`. */
  readonly failed: string[];
  readonly failures: FailedRow[];
  /** Of the file as a whole. */
  readonly refused?: string;
}

/** Reads a file as the preview and the import do, without a database. */
export async function readFixture(
  bytes: Buffer,
  told: Told = {},
  maxRows = 5_000_000,
): Promise<Read> {
  const source = sourceOf(bytes);
  const rows: string[] = [];
  const failures: FailedRow[] = [];
  const known = new Map<string, number>();
  let preview: Preview | undefined;
  try {
    preview = await previewOf(source, told);
    if (preview.problem) throw preview.problem;
    for await (const draft of pagesOf(source, preview, { done: 0, maxRows })) {
      const { usable, failed } = draft.settled(known);
      for (const { line, openid, values } of usable) {
        known.set(openid, line);
        rows.push(`${line} ${[openid, ...values].join('|')}`);
      }
      failures.push(...failed);
    }
  } catch (error) {
    if (!(error instanceof UploadRefused)) throw error;
    return { ...(preview && { preview }), rows, failed: [], failures, refused: error.code };
  }
  return { preview, rows, failures, failed: failures.map(({ line, code }) => `${line} ${code}`) };
}
