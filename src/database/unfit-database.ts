import { SafeClient } from './session/safe-client.js';
import { cannotStart } from '../kernel/start-fault.js';
import { connectionFaultOf } from './database-fault.js';

/** A start that cannot work ends well within half a minute. */
const PATIENCE_MS = 8_000;

export interface DatabaseNeeds {
  /** How many this process takes at most. */
  readonly connections: number;
  /** BullMQ makes a schema of its own, beside ours. */
  readonly newSchema: boolean;
}

interface Seen {
  readonly encoding: string;
  readonly inRecovery: boolean;
  readonly readOnly: boolean;
  readonly mayCreate: boolean;
  readonly allowed: number;
}

/** Asks once, before anything is done, whether the service can work on this database; refuses in one sentence if not. */
export async function refuseUnfitDatabase(
  url: string,
  { connections, newSchema }: DatabaseNeeds,
): Promise<void> {
  let seen: Seen;
  try {
    seen = await ask(url, newSchema);
  } catch (error) {
    throw connectionFaultOf(error) ?? error;
  }
  const fault = faultOf(seen, connections);
  if (fault !== undefined) throw cannotStart(...fault);
}

async function ask(url: string, newSchema: boolean): Promise<Seen> {
  const client = new SafeClient({
    connectionString: url,
    query_timeout: PATIENCE_MS,
  });
  try {
    await client.connect();
    const { rows } = await client.query<Seen>(QUESTION, [newSchema]);
    return rows[0] as Seen;
  } finally {
    // Not awaited: a silent server never answers the farewell.
    void client.end().catch(() => {});
  }
}

/** Slots that are reserved for superusers are subtracted: we are none. */
const QUESTION = `
select pg_encoding_to_char(d.encoding) as "encoding",
  pg_is_in_recovery() as "inRecovery",
  current_setting('transaction_read_only')::boolean as "readOnly",
  (not $1::boolean or has_database_privilege(d.oid, 'CREATE')) and has_schema_privilege('public', 'CREATE') as "mayCreate",
  least(
    current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
      - coalesce(current_setting('reserved_connections', true)::int, 0),
    case when r.rolconnlimit < 0 or r.rolsuper then 1000000 else r.rolconnlimit end,
    case when d.datconnlimit < 0 or r.rolsuper then 1000000 else d.datconnlimit end
  ) as "allowed"
from pg_database d, pg_roles r
where d.datname = current_database() and r.rolname = current_user`;

function faultOf(seen: Seen, connections: number): readonly [string, string] | undefined {
  if (seen.encoding !== 'UTF8')
    return [
      `数据库编码是 ${seen.encoding}，存不了中文：请用 createdb -E UTF8 -T template0 … 另建一个。`,
      `the database is encoded as ${seen.encoding}, which cannot hold Chinese: make another with createdb -E UTF8 -T template0 …`,
    ];
  if (seen.inRecovery || seen.readOnly)
    return [
      `数据库只读（${seen.inRecovery ? '备库' : 'default_transaction_read_only'}）：DATABASE_URL 应指向主库。`,
      `PostgreSQL is read-only (${seen.inRecovery ? 'a standby' : 'default_transaction_read_only'}): let DATABASE_URL lead to the primary.`,
    ];
  if (!seen.mayCreate)
    return [
      '数据库用户权限不足：请执行 GRANT CREATE ON DATABASE … 和 GRANT ALL ON SCHEMA public，或让它拥有该数据库。',
      "the database's user lacks rights: GRANT CREATE ON DATABASE … and GRANT ALL ON SCHEMA public to it, or let it own the database.",
    ];
  if (seen.allowed < connections)
    return [
      `本进程最多需要 ${connections} 个数据库连接，而 max_connections 和用户、数据库的连接上限只允许 ${seen.allowed} 个：请调高它们，在 DATABASE_URL 中减小 pool=，或使用 REDIS_URL。`,
      `this process may take ${connections} connections to PostgreSQL, and max_connections and the limits of the role and the database allow ${seen.allowed}: raise them, lower pool= in DATABASE_URL, or set REDIS_URL.`,
    ];
  return undefined;
}
