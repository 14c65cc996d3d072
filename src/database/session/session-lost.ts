import { both } from '../../kernel/bilingual.js';
import { StartFault } from '../../kernel/start-fault.js';

/** A pooler between us and PostgreSQL drops a setting of the session, or lends the session to other clients. */
export class SessionLost extends StartFault {
  constructor(setting: string, expected: string, kept: string | null) {
    super(
      both(
        `数据库连接不保持会话：${setting} 设为“${expected}”，现为“${kept ?? ''}”。中间有连接池（PgBouncer、RDS Proxy 等）丢弃了它；没有会话设置，慢查询、崩溃和失联的连接都得不到保护。请让 DATABASE_URL 直连 PostgreSQL，见 docs/operating.md 的 Poolers 一节。`,
        `the connection to PostgreSQL does not keep its session: ${setting} was set to "${expected}" and is ` +
          `"${kept ?? ''}". A pooler is in between (PgBouncer, RDS Proxy or the like) that drops it; without it nobody ` +
          'is protected from slow plans, crashes and dead peers. Let DATABASE_URL lead to PostgreSQL itself: ' +
          'see "Poolers" in docs/operating.md',
      ),
    );
  }
}
