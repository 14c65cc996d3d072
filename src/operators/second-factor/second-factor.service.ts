import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Kysely, sql } from 'kysely';
import { Sealer } from '../../accounts/seal.js';
import { Clock } from '../../kernel/clock.js';
import type { OperatorSecrets } from '../record/operator.js';
import type { OperatorsDb } from '../record/operators.repository.js';
import type { OperatorsTables } from '../record/operators.tables.js';
import { hashOfRecoveryCode, newRecoveryCode, RECOVERY_CODES } from './recovery-code.js';
import { matchingStep } from './totp.js';

/** As long as SHA-1's output, as RFC 4226 recommends. */
const SECRET_BYTES = 20;

/** Codes of authenticator apps and recovery codes; each of them opens once. */
@Injectable()
export class SecondFactor {
  readonly #db: Kysely<OperatorsTables>;
  readonly #sealer: Sealer;
  readonly #clock: Clock;

  constructor(db: Kysely<OperatorsTables>, sealer: Sealer, clock: Clock) {
    this.#db = db;
    this.#sealer = sealer;
    this.#clock = clock;
  }

  /** Uses the code up. False for a wrong one, and for one that was used before. */
  async accepts(operator: OperatorSecrets, code: string): Promise<boolean> {
    const { id, totpSecret, totpUsedStep } = operator;
    if (totpSecret === null) return true;
    const typed = code.normalize('NFKC').replace(/\s/g, '');
    const step = matchingStep(this.#open(id, totpSecret), typed, this.#clock.now(), totpUsedStep);
    return step === undefined
      ? await this.#usesRecovery(id, typed)
      : await this.#usesStep(id, step);
  }

  /** A new secret that is not in force before a code of it has been seen. */
  async begin(operatorId: number, tx: OperatorsDb): Promise<Buffer> {
    const secret = randomBytes(SECRET_BYTES);
    const totpPending = this.#sealer.seal(secret.toString('base64'), contextOf(operatorId));
    await tx.updateTable('operator').set({ totpPending }).where('id', '=', operatorId).execute();
    return secret;
  }

  /** Puts the new secret in force; undefined where the code is not of it. Returns fresh recovery codes. */
  async confirm(
    { id, totpPending }: OperatorSecrets,
    code: string,
    tx: OperatorsDb,
  ): Promise<string[] | undefined> {
    if (totpPending === null) return undefined;
    const typed = code.normalize('NFKC').replace(/\s/g, '');
    const step = matchingStep(this.#open(id, totpPending), typed, this.#clock.now(), 0);
    if (step === undefined) return undefined;
    const { numUpdatedRows } = await tx
      .updateTable('operator')
      .set({ totpSecret: totpPending, totpPending: null, totpUsedStep: String(step) })
      .where('id', '=', id)
      .where('totpPending', '=', totpPending)
      .executeTakeFirst();
    return numUpdatedRows === 1n ? await this.renewRecovery(id, tx) : undefined;
  }

  /** The former codes are gone. */
  async renewRecovery(operatorId: number, tx: OperatorsDb): Promise<string[]> {
    const codes = Array.from({ length: RECOVERY_CODES }, newRecoveryCode);
    await tx.deleteFrom('recoveryCode').where('operatorId', '=', operatorId).execute();
    const rows = codes.flatMap((code) => {
      const hash = hashOfRecoveryCode(code);
      return hash === undefined ? [] : [{ operatorId, hash, usedAt: null }];
    });
    await tx.insertInto('recoveryCode').values(rows).execute();
    return codes;
  }

  /** False where there was none. */
  async remove(operatorId: number, tx: OperatorsDb): Promise<boolean> {
    await tx.deleteFrom('recoveryCode').where('operatorId', '=', operatorId).execute();
    const { numUpdatedRows } = await tx
      .updateTable('operator')
      .set({ totpSecret: null, totpPending: null })
      .where('id', '=', operatorId)
      .where('totpSecret', 'is not', null)
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  }

  async recoveryCodesLeft(operatorId: number): Promise<number> {
    const { left } = await this.#db
      .selectFrom('recoveryCode')
      .select(sql<number>`count(*)::int`.as('left'))
      .where('operatorId', '=', operatorId)
      .where('usedAt', 'is', null)
      .executeTakeFirstOrThrow();
    return left;
  }

  /** Of two logins with one code, the first to come here has used it. */
  async #usesStep(id: number, step: number): Promise<boolean> {
    const { numUpdatedRows } = await this.#db
      .updateTable('operator')
      .set({ totpUsedStep: String(step) })
      .where('id', '=', id)
      .where('totpUsedStep', '<', String(step))
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  }

  async #usesRecovery(operatorId: number, typed: string): Promise<boolean> {
    const hash = hashOfRecoveryCode(typed);
    if (hash === undefined) return false;
    const { numUpdatedRows } = await this.#db
      .updateTable('recoveryCode')
      .set({ usedAt: sql<Date>`clock_now()` })
      .where('operatorId', '=', operatorId)
      .where('hash', '=', hash)
      .where('usedAt', 'is', null)
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  }

  #open(operatorId: number, sealed: Buffer): Buffer {
    return Buffer.from(this.#sealer.open(sealed, contextOf(operatorId)), 'base64');
  }
}

const contextOf = (operatorId: number): string => `operator:${operatorId}:totp`;
