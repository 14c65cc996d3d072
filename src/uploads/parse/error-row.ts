import { maskOpenid } from '../../kernel/ids.js';
import type { FailedRow } from './judge.js';

/** A failed row as it is kept, one JSON a line: the words are made when somebody reads them. */
export const keptRow = (row: FailedRow): string => `${JSON.stringify(row)}\n`;

export const keptRows = (text: string): FailedRow[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as FailedRow);

const LIKE_OPENID = /(?<![\w-])o[\w-]{27}(?![\w-])/g;

/** Without openids that can be used, wherever they stand, for who may not see them. */
export const maskedCell = (cell: string, isOpenid: boolean): string =>
  isOpenid ? maskOpenid(cell) : cell.replaceAll(LIKE_OPENID, maskOpenid);
