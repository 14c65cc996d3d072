import { Injectable } from '@nestjs/common';
import { Kysely, sql } from 'kysely';
import type { Caller } from '../../access/caller.js';
import { SessionsService } from '../../access/sessions.service.js';
import { inTransaction } from '../../audit/record/in-transaction.js';
import { PasswordLoginService } from '../login/password-login.service.js';
import { wrongPassword } from '../login/login-refusals.js';
import { PasswordHasher } from '../password/password-hasher.js';
import { passwordFault } from '../password/password-rules.js';
import type { Locale, OperatorSecrets } from '../record/operator.js';
import { notAnOperator, operatorNotFound, weakPassword } from '../record/operator-refusals.js';
import { findSecrets } from '../record/operators.repository.js';
import type { OperatorsTables } from '../record/operators.tables.js';

export interface OwnChange {
  readonly name?: string | undefined;
  readonly locale?: Locale | undefined;
  readonly settings?: Readonly<Record<string, unknown>> | undefined;
}

/** What people change about themselves. */
@Injectable()
export class OwnAccountService {
  readonly #db: Kysely<OperatorsTables>;
  readonly #hasher: PasswordHasher;
  readonly #login: PasswordLoginService;
  readonly #sessions: SessionsService;

  constructor(
    db: Kysely<OperatorsTables>,
    hasher: PasswordHasher,
    login: PasswordLoginService,
    sessions: SessionsService,
  ) {
    this.#db = db;
    this.#hasher = hasher;
    this.#login = login;
    this.#sessions = sessions;
  }

  async change(caller: Caller, change: OwnChange): Promise<void> {
    const id = operatorIdOf(caller);
    const { name, locale, settings } = change;
    await inTransaction(this.#db, async (tx, audit) => {
      const before = await tx
        .selectFrom('operator')
        .select(['name', 'locale'])
        .where('id', '=', id)
        .forUpdate()
        .executeTakeFirstOrThrow();
      const values = {
        ...(name !== undefined && { name }),
        ...(locale !== undefined && { locale }),
        ...(settings !== undefined && { settings: JSON.stringify(settings) }),
      };
      if (Object.keys(values).length === 0) return;
      await tx.updateTable('operator').set(values).where('id', '=', id).execute();
      const after = { name: name ?? before.name, locale: locale ?? before.locale };
      // How somebody likes their console is nobody else's business.
      audit({ action: 'operator.change', target: { kind: 'operator', id }, before, after });
    });
    if (name !== undefined) this.#sessions.forget();
  }

  /** Ends all other sessions; the token of this one, which is returned, is new. */
  async changePassword(
    caller: Caller,
    typed: { readonly current: string; readonly next: string },
    at: { readonly ip: string; readonly token: string | undefined },
  ): Promise<string | undefined> {
    const operator = await this.requireConfirmed(caller, typed.current, at.ip);
    const fault = passwordFault(typed.next, operator.login);
    if (fault !== undefined) throw weakPassword(fault);
    const passwordHash = await this.#hasher.hash(typed.next);
    const token = await inTransaction(this.#db, async (tx, audit) => {
      const { numUpdatedRows } = await tx
        .updateTable('operator')
        .set({
          passwordHash,
          mustChangePassword: false,
          rightsVersion: sql<number>`rights_version + 1`,
        })
        .where('id', '=', operator.id)
        // An admin may have reset it meanwhile, for a reason.
        .where('passwordHash', '=', operator.passwordHash)
        .where('disabledAt', 'is', null)
        .executeTakeFirst();
      if (numUpdatedRows !== 1n) throw wrongPassword();
      const whose = { operatorId: operator.id };
      await this.#sessions.end(whose, 'password_changed', tx, caller.viaSession?.id);
      audit({ action: 'operator.password', target: { kind: 'operator', id: operator.id } });
      return at.token === undefined ? undefined : await this.#sessions.renew(at.token, tx);
    });
    this.#sessions.forget();
    return token;
  }

  /** The operator, who has typed their password once more; throws `wrong_password`. */
  async requireConfirmed(caller: Caller, password: string, ip: string): Promise<OperatorSecrets> {
    const operator = await this.requireSecrets(caller);
    if (!(await this.#login.confirms(operator, password, ip))) throw wrongPassword();
    return operator;
  }

  async requireSecrets(caller: Caller): Promise<OperatorSecrets> {
    const id = operatorIdOf(caller);
    const operator = await findSecrets(this.#db, id);
    if (operator === undefined) throw operatorNotFound(id);
    return operator;
  }
}

export function operatorIdOf({ kind, id }: Caller): number {
  if (kind !== 'operator') throw notAnOperator();
  return id;
}
