import { StartFault } from '../kernel/start-fault.js';

/** Somebody between us and PostgreSQL does not pass on what a session is to be like, or lends it to others. */
export class SessionLost extends StartFault {
  constructor(setting: string, expected: string, kept: string | null) {
    super(
      `the connection to PostgreSQL does not keep its session: ${setting} was set to "${expected}" and is ` +
        `"${kept ?? ''}". A pooler is in between (PgBouncer, RDS Proxy or the like) that drops it; without it nobody ` +
        'is protected from slow plans, crashes and dead peers. Let DATABASE_URL lead to PostgreSQL itself: ' +
        'see "Poolers" in docs/operating.md',
    );
  }
}
