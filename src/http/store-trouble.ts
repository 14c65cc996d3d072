import type { Refusal } from './problem.js';
import { both } from '../kernel/bilingual.js';

type Trouble = Pick<Refusal, 'code' | 'detail'>;

const AWAY: Trouble = {
  code: 'unavailable',
  detail: both(
    '存储暂时没有应答，请稍后再试。',
    'A store of ours does not answer: try again in a moment.',
  ),
};
const READ_ONLY: Trouble = {
  code: 'store_read_only',
  detail: both(
    '存储暂时只读（可能正在切换主备），请稍后再试。',
    'A store of ours is read-only, perhaps in a switchover: try again in a moment.',
  ),
};
const FULL: Trouble = {
  code: 'store_full',
  detail: both(
    '存储空间已满，需要管理员腾出空间。',
    'A store of ours is full: whoever runs it must make room.',
  ),
};
const BUSY: Trouble = {
  code: 'store_busy',
  detail: both(
    '数据库连接已用完，请稍后再试。',
    'PostgreSQL has no connection left: try again in a moment.',
  ),
};

/** By SQLSTATE, or the system's name for it: reachable is not usable. */
const BY_CODE: Readonly<Record<string, Trouble>> = {
  '57P01': AWAY,
  '57P02': AWAY,
  '57P03': AWAY,
  ECONNREFUSED: AWAY,
  ECONNRESET: AWAY,
  ENOTFOUND: AWAY,
  ETIMEDOUT: AWAY,
  EPIPE: AWAY,
  '25006': READ_ONLY,
  '53100': FULL,
  '53200': FULL,
  '53300': BUSY,
};

/** What Redis and the drivers say has no code. */
const BY_WORDS: readonly (readonly [RegExp, Trouble])[] = [
  [/\bOOM command not allowed\b|\bMISCONF\b/, FULL],
  [/\b(READONLY|MASTERDOWN|UNBLOCKED)\b|^PostgreSQL is read-only/, READ_ONLY],
  [/^(Connection terminated|timeout expired|PostgreSQL (gave no answer|fell silent))/, AWAY],
  [/^(Command timed out|Connection is closed|Reached the max retries per request)/, AWAY],
];

/** What is wrong with a store, if that is what an error tells. */
export function storeTroubleOf(error: unknown): Refusal | undefined {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  const trouble =
    (typeof code === 'string' ? BY_CODE[code] : undefined) ??
    BY_WORDS.find(([words]) => typeof message === 'string' && words.test(message))?.[1];
  return trouble && { status: 503, ...trouble };
}
