import { Injectable } from '@nestjs/common';
import { Kysely, sql } from 'kysely';
import { mayEverywhere } from '../../access/caller.js';
import { ApiKeysService } from '../../access/api-keys.service.js';
import { LoginTickets } from '../../access/login-tickets.js';
import { inTransaction } from '../../audit/record/in-transaction.js';
import { both } from '../../kernel/bilingual.js';
import { DomainError } from '../../kernel/domain-error.js';
import { PasswordHasher } from '../password/password-hasher.js';
import { passwordFault } from '../password/password-rules.js';
import type { Locale } from '../record/operator.js';
import { weakPassword } from '../record/operator-refusals.js';
import { anyOperator, insertOperator, replaceGrants } from '../record/operators.repository.js';
import type { OperatorsTables } from '../record/operators.tables.js';
import { actingAs } from '../../kernel/acting.js';

export interface FirstAdmin {
  /** The admin key, printed at the first start or set as `WEICAST_ADMIN_KEY`. */
  readonly key: string;
  readonly login: string;
  readonly name: string;
  readonly locale?: Locale | undefined;
  readonly password: string;
}

/** Makes the first person of an installation: once, by whoever has the admin key. */
@Injectable()
export class SetupService {
  readonly #db: Kysely<OperatorsTables>;
  readonly #hasher: PasswordHasher;
  readonly #apiKeys: ApiKeysService;
  readonly #tickets: LoginTickets;

  constructor(
    db: Kysely<OperatorsTables>,
    hasher: PasswordHasher,
    apiKeys: ApiKeysService,
    tickets: LoginTickets,
  ) {
    this.#db = db;
    this.#hasher = hasher;
    this.#apiKeys = apiKeys;
    this.#tickets = tickets;
  }

  async isNeeded(): Promise<boolean> {
    return !(await anyOperator(this.#db));
  }

  /** Returns the id of the admin of everything that was made. */
  async makeFirst(admin: FirstAdmin, ip: string): Promise<number> {
    const { login, name, locale = 'zh', password } = admin;
    const key = admin.key.trim();
    const caller = (await this.#tickets.holderOf(key)) ?? (await this.#apiKeys.callerWith(key));
    if (caller === undefined || !mayEverywhere(caller, 'operator.manage')) throw wrongKey();
    // Asked before the work is done, and under the lock again.
    if (!(await this.isNeeded())) throw setupDone();
    const fault = passwordFault(password, login);
    if (fault !== undefined) throw weakPassword(fault);
    const passwordHash = await this.#hasher.hash(password);
    const actor = { kind: 'key', id: caller.id, name: caller.name, ip } as const;
    const made = await actingAs(actor, () =>
      inTransaction(this.#db, async (tx, audit) => {
        // Two at once: the second waits here, and finds the first one's admin.
        await sql`lock table operator in share row exclusive mode`.execute(tx);
        const fresh = { login, name, locale, passwordHash, mustChangePassword: false };
        const id = (await anyOperator(tx)) ? undefined : await insertOperator(tx, fresh);
        if (id === undefined) throw setupDone();
        await replaceGrants(tx, id, [{ appids: null, role: 'admin' }]);
        audit({
          action: 'setup.finish',
          target: { kind: 'operator', id },
          after: { login, name, grants: [{ appids: null, role: 'admin' }] },
        });
        return id;
      }),
    );
    this.#tickets.spend(key);
    return made;
  }
}

const wrongKey = (): DomainError =>
  new DomainError(
    'unauthenticated',
    'wrong_key',
    both(
      '管理员密钥不正确：它在首次启动时显示过一次，或由 WEICAST_ADMIN_KEY 设置。',
      'That is not the admin key: it was shown at the first start, or is what WEICAST_ADMIN_KEY says.',
    ),
  );

const setupDone = (): DomainError =>
  new DomainError(
    'conflict',
    'setup_done',
    both(
      '已有成员，初始设置只能做一次：请登录，或用 npm run operator 找回管理员。',
      'There is an operator already, and the setup is done once: log in, or bring a lost admin back by npm run operator.',
    ),
  );
