import { Injectable } from '@nestjs/common';
import { Kysely } from 'kysely';
import { appidsFor, type Caller } from '../../access/caller.js';
import { PERMISSIONS } from '../../access/permissions.js';
import { SessionsService } from '../../access/sessions.service.js';
import type { OperatorsTables } from '../record/operators.tables.js';
import { findOperator } from '../record/operators.repository.js';
import { operatorNotFound } from '../record/operator-refusals.js';
import { SecondFactor } from '../second-factor/second-factor.service.js';
import type { MeView } from './me.dto.js';

/** Who a caller is, and what they may do. */
@Injectable()
export class MeService {
  readonly #db: Kysely<OperatorsTables>;
  readonly #sessions: SessionsService;
  readonly #secondFactor: SecondFactor;

  constructor(db: Kysely<OperatorsTables>, sessions: SessionsService, secondFactor: SecondFactor) {
    this.#db = db;
    this.#sessions = sessions;
    this.#secondFactor = secondFactor;
  }

  async of(caller: Caller): Promise<MeView> {
    const session = caller.viaSession && (await this.#sessions.find(caller.viaSession.id));
    const common = {
      kind: caller.kind,
      id: caller.id,
      grants: caller.grants.map(({ appids, role }) => ({
        appids: appids === null ? null : [...appids],
        role,
      })),
      can: Object.fromEntries(
        PERMISSIONS.map((permission) => [permission, appidsFor(caller, permission)]),
      ),
      session: session
        ? { id: session.id, idleUntil: session.idleUntil, endsAt: session.endsAt }
        : null,
    };
    if (caller.kind === 'operator') return { ...common, ...(await this.#person(caller.id)) };
    return {
      ...common,
      name: caller.name,
      login: null,
      locale: null,
      settings: {},
      mustChangePassword: false,
      hasPassword: false,
      totp: { on: false, recoveryCodesLeft: 0 },
    };
  }

  async #person(id: number) {
    const operator = await findOperator(this.#db, id, 'all');
    if (operator === undefined) throw operatorNotFound(id);
    const { settings } = await this.#db
      .selectFrom('operator')
      .select('settings')
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    const { login, name, locale, mustChangePassword, hasPassword, hasTotp } = operator;
    const recoveryCodesLeft = hasTotp ? await this.#secondFactor.recoveryCodesLeft(id) : 0;
    return {
      login,
      name,
      locale,
      settings,
      mustChangePassword,
      hasPassword,
      totp: { on: hasTotp, recoveryCodesLeft },
    };
  }
}
