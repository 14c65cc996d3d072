import { Injectable } from '@nestjs/common';
import { Kysely } from 'kysely';
import type { Caller } from '../../access/caller.js';
import { inTransaction } from '../../audit/record/in-transaction.js';
import { both } from '../../kernel/bilingual.js';
import { DomainError } from '../../kernel/domain-error.js';
import { findSecrets } from '../record/operators.repository.js';
import type { OperatorsTables } from '../record/operators.tables.js';
import { SecondFactor } from '../second-factor/second-factor.service.js';
import { base32, otpauthUri } from '../second-factor/totp.js';
import { operatorIdOf, OwnAccountService } from './own-account.service.js';

const ISSUER = 'Weicast 微播';

export interface TotpStart {
  readonly secret: string;
  readonly uri: string;
}

/** How people turn their own second step on and off. */
@Injectable()
export class OwnTotpService {
  readonly #db: Kysely<OperatorsTables>;
  readonly #own: OwnAccountService;
  readonly #secondFactor: SecondFactor;

  constructor(db: Kysely<OperatorsTables>, own: OwnAccountService, secondFactor: SecondFactor) {
    this.#db = db;
    this.#own = own;
    this.#secondFactor = secondFactor;
  }

  /** A session that was left open must not lock its owner out: the password is asked again. */
  async start(caller: Caller, password: string, ip: string): Promise<TotpStart> {
    const { id, login } = await this.#own.requireConfirmed(caller, password, ip);
    const secret = await inTransaction(this.#db, async (tx, audit) => {
      audit.nothing();
      return await this.#secondFactor.begin(id, tx);
    });
    return { secret: base32(secret), uri: otpauthUri(secret, login, ISSUER) };
  }

  /** Returns the recovery codes, which nobody sees again. */
  async confirm(caller: Caller, code: string): Promise<string[]> {
    const id = operatorIdOf(caller);
    return await inTransaction(this.#db, async (tx, audit) => {
      const operator = await findSecrets(tx, id);
      const codes = operator && (await this.#secondFactor.confirm(operator, code, tx));
      if (codes === undefined) throw notConfirmed();
      audit({ action: 'operator.totp_enable', target: { kind: 'operator', id } });
      return codes;
    });
  }

  async stop(caller: Caller, password: string, ip: string): Promise<void> {
    const { id } = await this.#own.requireConfirmed(caller, password, ip);
    await inTransaction(this.#db, async (tx, audit) => {
      if (await this.#secondFactor.remove(id, tx)) {
        audit({ action: 'operator.totp_disable', target: { kind: 'operator', id } });
      } else {
        audit.nothing();
      }
    });
  }

  async renewRecoveryCodes(caller: Caller, password: string, ip: string): Promise<string[]> {
    const { id, totpSecret } = await this.#own.requireConfirmed(caller, password, ip);
    if (totpSecret === null) throw notOn();
    return await inTransaction(this.#db, async (tx, audit) => {
      audit({ action: 'operator.recovery_codes', target: { kind: 'operator', id } });
      return await this.#secondFactor.renewRecovery(id, tx);
    });
  }
}

const notConfirmed = (): DomainError =>
  new DomainError(
    'unprocessable',
    'wrong_code',
    both(
      '验证码不正确：请核对手机时间，用刚添加的条目再试；若还没有开始，请先重新获取密钥。',
      'The code does not fit: check the clock of the phone and use the entry that was just added, or start again.',
    ),
  );

const notOn = (): DomainError =>
  new DomainError('conflict', 'totp_off', both('尚未开启两步验证。', 'Two-step login is not on.'));
