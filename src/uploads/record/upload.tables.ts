import type { ColumnType, JSONColumnType } from 'kysely';
import type { Params } from '../../kernel/bilingual.js';
import type { Manner, Told } from '../parse/reading.js';
import type { Columns } from '../parse/columns.js';

export const UPLOAD_STATES = [
  'receiving',
  'received',
  'previewed',
  'importing',
  'ready',
  'failed',
] as const;
export type UploadState = (typeof UPLOAD_STATES)[number];

/** Why an upload cannot be used as it is: a code of `file-faults`, or of `upload-problems`. */
export interface KeptProblem {
  readonly code: string;
  readonly params: Params;
}

/** What a worker has found out about a file. */
export interface Found {
  readonly manner: Manner;
  readonly columns: Columns;
  readonly rows: readonly (readonly string[])[];
}

type Json<T> = ColumnType<T | null, string | null, string | null>;

export interface UploadTable {
  id: string;
  accountId: number | null;
  name: string;
  fileName: string | null;
  state: UploadState;
  turn: number;
  tries: number;
  autoImport: boolean;
  idempotencyKey: string | null;
  size: ColumnType<string, number, number>;
  sha256: Buffer | null;
  told: JSONColumnType<Told>;
  found: Json<Found>;
  problem: Json<KeptProblem>;
  warnings: JSONColumnType<KeptProblem[]>;
  rows: number;
  usable: number;
  failed: number;
  duplicates: number;
  followers: number | null;
  createdAt: Date;
  askedAt: Date | null;
  takenAt: Date | null;
  aliveAt: Date | null;
  importedAt: Date | null;
  partsClearedAt: Date | null;
  purgedAt: Date | null;
  clearedAt: Date | null;
  removedAt: Date | null;
}

export interface UploadPartTable {
  uploadId: string;
  no: number;
  bytes: Buffer;
}

export interface UploadRowTable {
  uploadId: string;
  openid: string;
  line: number;
  cells: JSONColumnType<string[]>;
}

export interface UploadFailureTable {
  uploadId: string;
  upto: number;
  rows: number;
  body: string;
}

export interface UploadTables {
  upload: UploadTable;
  uploadPart: UploadPartTable;
  uploadRow: UploadRowTable;
  uploadFailure: UploadFailureTable;
}
