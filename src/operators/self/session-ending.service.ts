import { Injectable } from '@nestjs/common';
import { Kysely } from 'kysely';
import { type Caller, may } from '../../access/caller.js';
import type { HeldSession, SessionHolder, SessionRecord } from '../../access/session.js';
import { SessionsService } from '../../access/sessions.service.js';
import { inTransaction } from '../../audit/record/in-transaction.js';
import { isUuid } from '../../http/id-cursor.js';
import { both } from '../../kernel/bilingual.js';
import { DomainError } from '../../kernel/domain-error.js';
import { OperatorsService } from '../people/operators.service.js';
import type { OperatorsTables } from '../record/operators.tables.js';

/** Sessions as their owner sees and ends them, or whoever manages the owner. */
@Injectable()
export class SessionEnding {
  readonly #db: Kysely<OperatorsTables>;
  readonly #sessions: SessionsService;
  readonly #operators: OperatorsService;

  constructor(db: Kysely<OperatorsTables>, sessions: SessionsService, operators: OperatorsService) {
    this.#db = db;
    this.#sessions = sessions;
    this.#operators = operators;
  }

  async list(caller: Caller, operatorId: number | undefined): Promise<SessionRecord[]> {
    if (operatorId === undefined) return await this.#sessions.list(holderOf(caller));
    await this.#requireManaged(caller, operatorId);
    return await this.#sessions.list({ operatorId });
  }

  async end(caller: Caller, id: string): Promise<void> {
    const session = isUuid(id) ? await this.#sessions.find(id) : undefined;
    if (session === undefined) throw sessionNotFound();
    if (!isOwn(caller, session)) await this.#requireManagedSession(caller, session);
    await this.#write(id, { id });
  }

  /** All of the caller's but the one that asks. */
  async endOthers(caller: Caller): Promise<void> {
    const id = caller.viaSession?.id;
    await this.#write(`${caller.kind} ${caller.id}`, holderOf(caller), id);
  }

  async #write(
    named: string,
    which: SessionHolder | { readonly id: string },
    exceptId?: string,
  ): Promise<void> {
    await inTransaction(this.#db, async (tx, audit) => {
      const ended = await this.#sessions.end(which, 'session_ended', tx, exceptId);
      if (ended > 0) audit({ action: 'session.end', target: { kind: 'session', id: named } });
    });
    this.#sessions.forget();
  }

  async #requireManaged(caller: Caller, operatorId: number): Promise<void> {
    if (caller.kind === 'operator' && caller.id === operatorId) return;
    if (!may(caller, 'operator.manage')) throw noManager();
    await this.#operators.requireOperator(caller, operatorId);
  }

  /** Whoever may not end it is told what they would be told if it were not there. */
  async #requireManagedSession(caller: Caller, session: HeldSession): Promise<void> {
    try {
      if (session.operatorId === null) throw sessionNotFound();
      await this.#requireManaged(caller, session.operatorId);
    } catch (error) {
      if (error instanceof DomainError) throw sessionNotFound();
      throw error;
    }
  }
}

const holderOf = ({ kind, id }: Caller): SessionHolder =>
  kind === 'operator' ? { operatorId: id } : { apiKeyId: id };

const isOwn = ({ kind, id }: Caller, { operatorId, apiKeyId }: HeldSession): boolean =>
  kind === 'operator' ? operatorId === id : apiKeyId === id;

const sessionNotFound = (): DomainError =>
  new DomainError(
    'not-found',
    'session_not_found',
    both('没有这个会话，或它已经结束。', 'There is no such session, or it has ended.'),
  );

const noManager = (): DomainError =>
  new DomainError(
    'forbidden',
    'permission_required',
    both(
      '查看别人的会话需要权限 "operator.manage"。',
      'Others’ sessions need the permission "operator.manage".',
    ),
    { details: { permission: 'operator.manage' } },
  );
