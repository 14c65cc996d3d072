import { sql, type Transaction } from 'kysely';
import { both } from '../../kernel/bilingual.js';
import { DomainError } from '../../kernel/domain-error.js';
import type { UploadTables } from './upload.tables.js';

/**
 * Whether a broadcast that has not read all of its audience reads this upload. Whoever asks has locked the upload: a
 * broadcast that starts shares that lock once it is listed.
 */
export const IS_SOURCE = sql<boolean>`exists (
  select from broadcast_source where kind = 'upload' and source = upload.id::text)`;

export async function isSource(tx: Transaction<UploadTables>, id: string): Promise<boolean> {
  const { rows } = await sql`
    select from upload where id = ${id} and ${IS_SOURCE}`.execute(tx);
  return rows.length > 0;
}

export const uploadInUse = (id: string): DomainError =>
  new DomainError(
    'conflict',
    'upload_in_use',
    both(
      '有发送任务要发给这个名单，且尚未展开：请等它展开，或先取消那次发送任务。',
      'a broadcast goes to this list and has not read all of it: wait until it has, or cancel it',
      { id },
    ),
  );
