import { cannotStart, StartFault } from '../kernel/start-fault.js';
import { sqlstateOf } from './session/sqlstate.js';

type Words = readonly [zh: string, en: string];

const SEE = 'DATABASE_URL';

/** What PostgreSQL or the network says about a start that cannot work, by SQLSTATE or the system's name for it. */
const FAULTS: Readonly<Record<string, Words>> = {
  '28P01': [
    `数据库用户名或密码不对：请检查 ${SEE}（密码中的特殊字符要做百分号编码）。`,
    `PostgreSQL refuses the user or the password: check ${SEE} (special characters of the password percent-encoded).`,
  ],
  '28000': [
    `数据库不允许这个用户从这里连接：请检查用户名和 pg_hba.conf。`,
    `PostgreSQL does not let this user in from here: check the user's name and pg_hba.conf.`,
  ],
  '3D000': [
    `数据库不存在：请先创建它（createdb -E UTF8 …），或更正 ${SEE}。`,
    `there is no such database: make it (createdb -E UTF8 …), or correct ${SEE}.`,
  ],
  '42501': [
    `数据库用户权限不足：请执行 GRANT CREATE ON DATABASE … 和 GRANT ALL ON SCHEMA public，或让它拥有该数据库。`,
    `the database's user lacks rights: GRANT CREATE ON DATABASE … and GRANT ALL ON SCHEMA public to it, or let it own the database.`,
  ],
  '3F000': [
    `数据库中没有 schema public：请执行 CREATE SCHEMA public 并授权。`,
    `the database has no schema "public": CREATE SCHEMA public, and grant it to the user.`,
  ],
  '53300': [
    `数据库连接数已满：请调高 max_connections 或用户的连接上限，或在 ${SEE} 中减小 pool=。`,
    `PostgreSQL has no connection left: raise max_connections or the role's limit, or lower pool= in ${SEE}.`,
  ],
  '53100': [`数据库磁盘已满：请腾出空间。`, `the disk of PostgreSQL is full: make room on it.`],
  '25006': [
    `数据库只读（备库，或 default_transaction_read_only）：${SEE} 应指向主库。`,
    `PostgreSQL is read-only (a standby, or default_transaction_read_only): let ${SEE} lead to the primary.`,
  ],
  '57P03': [
    `数据库正在启动或关闭：请稍后再启动。`,
    `PostgreSQL is starting or stopping: start again in a moment.`,
  ],
  ECONNREFUSED: [
    `连接被拒绝，该地址没有数据库在监听：请检查 ${SEE} 和数据库是否在运行。`,
    `the connection was refused, no PostgreSQL listens there: check ${SEE}, and that it runs.`,
  ],
  ENOTFOUND: [
    `数据库主机名无法解析：请检查 ${SEE}。`,
    `the name of the database's host cannot be resolved: check ${SEE}.`,
  ],
  ETIMEDOUT: [
    `数据库没有应答：连接建立后一直沉默，或被防火墙丢弃。请检查 ${SEE} 和网络。`,
    `PostgreSQL does not answer: it is silent, or a firewall drops what we send. Check ${SEE} and the network.`,
  ],
  ECONNRESET: [
    `连接被切断：${SEE} 指向的可能不是 PostgreSQL，或需要（或不支持）TLS。`,
    `the connection was cut: ${SEE} may lead to something that is no PostgreSQL, or about TLS they disagree.`,
  ],
};

/** The same faults under other names. */
const ALIASES: Readonly<Record<string, string>> = {
  EAI_AGAIN: 'ENOTFOUND',
  EHOSTUNREACH: 'ETIMEDOUT',
  ENETUNREACH: 'ETIMEDOUT',
  '57P01': '57P03',
  '57P02': '57P03',
  EPIPE: 'ECONNRESET',
};

/** In one sentence what has to be put right, where PostgreSQL itself has said it. */
export const databaseFaultOf = (error: unknown): StartFault | undefined =>
  firstFault(error, (cause) => sqlstateOf(cause) ?? lostConnection(cause));

/** The same, of an error that can only be about the connection to PostgreSQL. */
export const connectionFaultOf = (error: unknown): StartFault | undefined =>
  firstFault(error, codeOf);

/** Made of the first cause in the chain that is known. */
function firstFault(
  error: unknown,
  codeIn: (error: Error) => string | undefined,
): StartFault | undefined {
  for (
    let cause = error;
    typeof cause === 'object' && cause !== null;
    cause = (cause as Error).cause
  ) {
    if (cause instanceof StartFault) return cause;
    const code = codeIn(cause as Error);
    const words = code === undefined ? undefined : FAULTS[ALIASES[code] ?? code];
    if (words !== undefined) return startFault(words, (cause as Error).message, error);
  }
  return undefined;
}

function codeOf(error: Error): string | undefined {
  const { code } = error as NodeJS.ErrnoException;
  if (typeof code === 'string') return code;
  const lost = lostConnection(error);
  if (lost !== undefined) return lost;
  // What pg gives up by itself, and what ends before it has begun, carry no code.
  if (/timeout/i.test(error.message)) return 'ETIMEDOUT';
  if (/Connection terminated|does not support SSL/i.test(error.message)) return 'ECONNRESET';
  return sqlstateOf(error);
}

/** What pg and our client say, in these words alone, where PostgreSQL falls silent or ends in the middle of a start. */
function lostConnection({ message }: Error): 'ETIMEDOUT' | 'ECONNRESET' | undefined {
  if (message === 'timeout expired' || message === 'timeout exceeded when trying to connect')
    return 'ETIMEDOUT';
  if (/^PostgreSQL (gave no answer|fell silent)/.test(message)) return 'ETIMEDOUT';
  return message === 'Connection terminated unexpectedly' ? 'ECONNRESET' : undefined;
}

const startFault = ([zh, en]: Words, said: string, cause: unknown): StartFault =>
  cannotStart(zh, `${en}${said === '' ? '' : ` (${oneLine(said)})`}`, { cause });

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').slice(0, 300);
