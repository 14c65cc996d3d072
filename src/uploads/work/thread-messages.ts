import type { Params } from '../../kernel/bilingual.js';
import type { Page } from '../parse/pages.js';
import type { Reading, Told } from '../parse/reading.js';
import type { Found } from '../record/upload.tables.js';
import type { KeptProblem } from '../record/upload.tables.js';

/** What a thread is started with. */
export type Task =
  | { readonly kind: 'preview'; readonly size: number; readonly told: Told }
  | {
      readonly kind: 'import';
      readonly size: number;
      readonly reading: Reading;
      readonly done: number;
      readonly maxRows: number;
    };

/** What is stored of a page of rows, made ready in the thread: the event loop only passes it on. */
export interface StoredPage {
  readonly upto: number;
  readonly openids: readonly string[];
  readonly lines: readonly number[];
  /** JSON of each row's cells. */
  readonly cells: readonly string[];
  readonly failed: number;
  readonly duplicates: number;
  /** Of the failed rows, one JSON a line. */
  readonly failures: string;
}

/** What a thread asks of whoever has the database, with the answer that it gets. */
export interface Asked {
  read(offset: number, length: number): Promise<Uint8Array>;
  /** The lines of those that are on record. */
  known(openids: readonly string[]): Promise<ReadonlyMap<string, number>>;
  store(page: StoredPage): Promise<void>;
}

export type Question = {
  readonly [name in keyof Asked]: {
    readonly no: number;
    readonly name: name;
    readonly args: Parameters<Asked[name]>;
  };
}[keyof Asked];

export type Reply = { readonly no: number; readonly value?: unknown; readonly failed?: true };

/** How it ended: with a preview, at the end of the rows, or refused. */
export type Outcome =
  | { readonly found: Found; readonly problem?: KeptProblem }
  | { readonly imported: true }
  | { readonly refused: { readonly code: string; readonly params: Params } };

export type FromThread = { readonly asked: Question } | { readonly outcome: Outcome };

export const storedPage = (
  { upto, usable, failed, duplicates }: Page,
  failures: string,
): StoredPage => ({
  upto,
  openids: usable.map(({ openid }) => openid),
  lines: usable.map(({ line }) => line),
  cells: usable.map(({ values }) => JSON.stringify(values)),
  failed: failed.length - duplicates,
  duplicates,
  failures,
});
