import { Injectable } from '@nestjs/common';
import { Kysely } from 'kysely';
import type { SessionOrigin } from '../../access/session.js';
import { LoginConfig } from '../../config/config.js';
import { Metrics } from '../../metrics/metrics.js';
import { judging } from '../attempts/judging.js';
import { LoginAttempts } from '../attempts/login-attempts.service.js';
import { PasswordHasher } from '../password/password-hasher.js';
import type { OperatorSecrets } from '../record/operator.js';
import { findByLogin } from '../record/operators.repository.js';
import type { OperatorsTables } from '../record/operators.tables.js';
import { SecondFactor } from '../second-factor/second-factor.service.js';
import {
  codeRequired,
  operatorDisabled,
  passwordLoginOff,
  wrongCode,
  wrongLogin,
} from './login-refusals.js';
import { type OpenedSession, SessionOpening } from './session-opening.service.js';

export interface PasswordLogin {
  readonly login: string;
  readonly password: string;
  /** Of an authenticator app, or a recovery code. */
  readonly code?: string | undefined;
}

/** Lets people in by login, password and, where they have one, a second step. */
@Injectable()
export class PasswordLoginService {
  readonly #db: Kysely<OperatorsTables>;
  readonly #attempts: LoginAttempts;
  readonly #hasher: PasswordHasher;
  readonly #secondFactor: SecondFactor;
  readonly #opening: SessionOpening;
  readonly #metrics: Metrics;
  readonly #ways: LoginConfig;

  constructor(
    db: Kysely<OperatorsTables>,
    attempts: LoginAttempts,
    hasher: PasswordHasher,
    secondFactor: SecondFactor,
    opening: SessionOpening,
    metrics: Metrics,
    ways: LoginConfig,
  ) {
    this.#db = db;
    this.#attempts = attempts;
    this.#hasher = hasher;
    this.#secondFactor = secondFactor;
    this.#opening = opening;
    this.#metrics = metrics;
    this.#ways = ways;
  }

  async logIn(typed: PasswordLogin, origin: SessionOrigin): Promise<OpenedSession> {
    if (!this.#ways.passwords) throw passwordLoginOff();
    // Counted before it is judged: tries of many processes at once are counted, too.
    const counted = await this.#attempts.take(typed.login, origin.ip);
    const operator = await judging(counted, () => this.#findWith(typed));
    if (operator === undefined) throw await this.#wrong(wrongLogin());
    if (operator.disabledAt !== null) {
      await counted.withdraw();
      throw operatorDisabled();
    }
    if (operator.totpSecret !== null && (typed.code ?? '') === '') {
      await counted.withdraw();
      throw codeRequired();
    }
    const accepts = () => this.#secondFactor.accepts(operator, typed.code ?? '');
    if (!(await judging(counted, accepts))) throw await this.#wrong(wrongCode());
    await counted.succeed();
    await this.#raiseCost(operator, typed.password);
    return await this.#opening.open({ kind: 'operator', ...operator }, origin);
  }

  /** True for the present password of somebody who is in: asked again before what a stolen session should not do. */
  async confirms(operator: OperatorSecrets, password: string, ip: string): Promise<boolean> {
    const counted = await this.#attempts.take(operator.login, ip);
    const matches = () => this.#hasher.matches(password, operator.passwordHash);
    const right = await judging(counted, matches);
    if (right) await counted.succeed();
    return right;
  }

  /** Whose login and password these are; one that is unknown takes as long. */
  async #findWith({ login, password }: PasswordLogin): Promise<OperatorSecrets | undefined> {
    const operator = await findByLogin(this.#db, login.trim());
    const matches = await this.#hasher.matches(password, operator?.passwordHash);
    return matches ? operator : undefined;
  }

  async #wrong<Refusal>(refusal: Refusal): Promise<Refusal> {
    this.#metrics.unauthenticated.inc({ how: 'wrong_login' });
    await this.#attempts.tidy();
    return refusal;
  }

  /** Only who has the password can hash it anew; a password that has changed meanwhile stays. */
  async #raiseCost({ id, passwordHash }: OperatorSecrets, password: string): Promise<void> {
    if (passwordHash === null || !this.#hasher.isOutdated(passwordHash)) return;
    await this.#db
      .updateTable('operator')
      .set({ passwordHash: await this.#hasher.hash(password) })
      .where('id', '=', id)
      .where('passwordHash', '=', passwordHash)
      .execute();
  }
}
