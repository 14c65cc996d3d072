import { cannotStart } from '../../kernel/start-fault.js';
import { SafeClient } from './safe-client.js';
import { SessionLost } from './session-lost.js';
import { sessionOn } from './session.js';
import { sqlstateOf } from './sqlstate.js';

const MARK = 'weicast.session';
const OURS = 'kept';
const REFUSED_OPTIONS = '08P01';

/**
 * Checks once, at start, that a session is ours alone. A pooler that lends one server connection to many clients, by
 * transaction, loses what was set in a session, or shows it to other clients.
 */
export async function refusePooler(url: string): Promise<void> {
  const one = new SafeClient(sessionOn(url, 'general'));
  const other = new SafeClient(sessionOn(url, 'general'));
  try {
    await Promise.all([one.connect(), other.connect()]);
    await one.query(`select set_config('${MARK}', '${OURS}', false)`);
    // A pooler now lends the first client's server connection to the second, whose transaction keeps it.
    await other.query('begin');
    const lent = await markOf(other);
    if (lent === OURS) throw new SessionLost(MARK, '', lent);
    const kept = await markOf(one);
    if (kept !== OURS) throw new SessionLost(MARK, OURS, kept);
  } catch (error) {
    if (sqlstateOf(error) !== REFUSED_OPTIONS) throw error;
    throw cannotStart(
      `数据库连接不接受会话设置（“${(error as Error).message}”）：中间有连接池（PgBouncer 等）。请让 DATABASE_URL 直连 PostgreSQL，见 docs/operating.md 的 Poolers 一节。`,
      `the connection to PostgreSQL takes no session settings: "${(error as Error).message}". A pooler is in ` +
        'between (PgBouncer or the like). Let DATABASE_URL lead to PostgreSQL itself: see "Poolers" in docs/operating.md',
      { cause: error },
    );
  } finally {
    await Promise.all([one.end(), other.end()]);
  }
}

async function markOf(client: SafeClient): Promise<string | null> {
  const { rows } = await client.query<{ mark: string | null }>(
    `select current_setting('${MARK}', true) as mark`,
  );
  return rows[0]?.mark ?? null;
}
