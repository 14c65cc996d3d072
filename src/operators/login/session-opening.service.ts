import { Injectable, Logger } from '@nestjs/common';
import { Kysely } from 'kysely';
import type { SessionOrigin } from '../../access/session.js';
import { SessionsService } from '../../access/sessions.service.js';
import { inTransaction } from '../../audit/record/in-transaction.js';
import { actingAs } from '../../kernel/acting.js';
import { isStillAsJudged } from '../record/operators.repository.js';
import type { OperatorsTables } from '../record/operators.tables.js';
import { wrongLogin } from './login-refusals.js';

/** Whose session it is to be: an operator's, or that of an API key. */
export interface Holder {
  readonly kind: 'operator' | 'key';
  readonly id: number;
  readonly name: string;
  /** Of the operator, when the password was judged; left out where none was. */
  readonly rightsVersion?: number;
}

export interface OpenedSession {
  readonly id: string;
  /** For the cookie. */
  readonly token: string;
}

/** Opens sessions, which the audit remembers. */
@Injectable()
export class SessionOpening {
  readonly #logger = new Logger(SessionOpening.name);
  readonly #db: Kysely<OperatorsTables>;
  readonly #sessions: SessionsService;

  constructor(db: Kysely<OperatorsTables>, sessions: SessionsService) {
    this.#db = db;
    this.#sessions = sessions;
  }

  /** Throws `wrong_login` where the password was reset since it was judged. */
  async open(
    { kind, id, name, rightsVersion }: Holder,
    origin: SessionOrigin,
  ): Promise<OpenedSession> {
    const whose = kind === 'operator' ? { operatorId: id } : { apiKeyId: id };
    const { ip, requestId } = origin;
    const actor = { kind, id, name, ip, ...(requestId && { requestId }) };
    const opened = await actingAs(actor, () =>
      inTransaction(this.#db, async (tx, audit) => {
        if (rightsVersion !== undefined && !(await isStillAsJudged(tx, id, rightsVersion)))
          throw wrongLogin();
        const session = await this.#sessions.open(whose, origin, tx);
        audit({ action: 'session.open', target: { kind: 'session', id: session.id } });
        return session;
      }),
    );
    this.#logger.log(`${name} has logged in from ${origin.ip}`);
    return opened;
  }
}
