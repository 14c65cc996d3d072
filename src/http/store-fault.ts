import type { Refusal } from './problem.js';
import { both } from '../kernel/bilingual.js';

type StoreFault = Pick<Refusal, 'code' | 'detail'>;

const AWAY: StoreFault = {
  code: 'unavailable',
  detail: both(
    '存储暂时没有应答，请稍后再试。',
    'A store of ours does not answer: try again in a moment.',
  ),
};
const READ_ONLY: StoreFault = {
  code: 'store_read_only',
  detail: both(
    '存储暂时只读（可能正在切换主备），请稍后再试。',
    'A store of ours is read-only, perhaps in a switchover: try again in a moment.',
  ),
};
const FULL: StoreFault = {
  code: 'store_full',
  detail: both(
    '存储空间已满，需要管理员腾出空间。',
    'A store of ours is full: whoever runs it must make room.',
  ),
};
const BUSY: StoreFault = {
  code: 'store_busy',
  detail: both(
    '数据库连接已用完，请稍后再试。',
    'PostgreSQL has no connection left: try again in a moment.',
  ),
};

/** By SQLSTATE, or the system's name of the error. A store that is reachable may be unusable all the same. */
const BY_CODE: Readonly<Record<string, StoreFault>> = {
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

/** For errors of Redis and of the drivers, which have no code. */
const BY_WORDS: readonly (readonly [RegExp, StoreFault])[] = [
  [/\bOOM command not allowed\b|\bMISCONF\b/, FULL],
  [/\b(READONLY|MASTERDOWN|UNBLOCKED)\b|^PostgreSQL is read-only/, READ_ONLY],
  [/^(Connection terminated|timeout expired|PostgreSQL (gave no answer|fell silent))/, AWAY],
  [/^(Command timed out|Connection is closed|Reached the max retries per request)/, AWAY],
];

/** The refusal for an error that tells that something is wrong with a store. */
export function storeFaultOf(error: unknown): Refusal | undefined {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  const fault =
    (typeof code === 'string' ? BY_CODE[code] : undefined) ??
    BY_WORDS.find(([words]) => typeof message === 'string' && words.test(message))?.[1];
  return fault && { status: 503, ...fault };
}
