import { Injectable } from '@nestjs/common';
import { Kysely } from 'kysely';
import { hashOf } from '../../access/secret-hash.js';
import { both } from '../../kernel/bilingual.js';
import { DomainError } from '../../kernel/domain-error.js';
import {
  forgetOldTries,
  forgetTries,
  FREE_TRIES,
  giveTryBack,
  takeTry,
  type TryTaken,
} from './login-attempts.statement.js';
import { networkOf } from './network-of.js';

/** What a login may still be tried from a network that has failed too often: others share it, and know their passwords. */
const TRIES_FROM_BUSY_NETWORK = 2;

/** Told where the wait of the network has just ended. */
const SHORT_WAIT_SECONDS = 60;

/** A try that has been counted. */
export interface CountedTry {
  /** It went well: the login's count begins anew, the network has one wrong try less. */
  succeed(): Promise<void>;
  /** It was not wrong, and not yet right: as if it had not been. */
  withdraw(): Promise<void>;
}

/**
 * Wrong tries by login and by network, counted in the database for all processes together. A login stops at its tenth
 * in ten minutes, whoever asks. A network that has failed too often still has two tries for each login: it stops the
 * right password of one that was just tried wrongly twice, and of nobody else.
 */
@Injectable()
export class LoginAttempts {
  readonly #db: Kysely<unknown>;

  constructor(db: Kysely<unknown>) {
    this.#db = db;
  }

  /** Throws `too_many_attempts` for a try that comes too early. */
  async take(login: string, address: string): Promise<CountedTry> {
    const network = `network:${networkOf(address)}`;
    const name = `login:${digestOf(login)}`;
    // One row each and no transaction: nobody waits for two of them.
    const ofNetwork = await this.#take(network);
    const ofLogin = await this.#take(name);
    if (!ofLogin.allowed) {
      await this.#giveBack(network, ofNetwork);
      throw tooMany(ofLogin.seconds);
    }
    if (isBusy(ofNetwork) && ofLogin.count > TRIES_FROM_BUSY_NETWORK) {
      await giveTryBack(name).execute(this.#db);
      throw tooMany(ofNetwork.seconds || SHORT_WAIT_SECONDS);
    }
    return {
      succeed: async () => {
        await forgetTries(name).execute(this.#db);
        await this.#giveBack(network, ofNetwork);
      },
      withdraw: async () => {
        await giveTryBack(name).execute(this.#db);
        await this.#giveBack(network, ofNetwork);
      },
    };
  }

  /** Called after a wrong try: what nobody counts any more goes. */
  async tidy(): Promise<void> {
    await forgetOldTries().execute(this.#db);
  }

  async #take(key: string): Promise<TryTaken> {
    const { rows } = await takeTry(key).execute(this.#db);
    // Gone between the two halves of the statement: somebody has just succeeded.
    return rows[0] ?? { count: FREE_TRIES, allowed: false, seconds: 1 };
  }

  async #giveBack(key: string, taken: TryTaken): Promise<void> {
    if (taken.allowed) await giveTryBack(key).execute(this.#db);
  }
}

const isBusy = ({ allowed, count }: TryTaken): boolean => !allowed || count > FREE_TRIES;

/** What people type for a login may be their password: it is not kept. */
const digestOf = (login: string): string =>
  hashOf(login.normalize('NFKC').trim().toLowerCase()).toString('base64url');

const tooMany = (seconds: number): DomainError =>
  new DomainError(
    'too-often',
    'too_many_attempts',
    both(
      `登录失败次数过多，请在 ${seconds} 秒后再试。`,
      `Too many logins failed: try again in ${seconds} seconds.`,
      { seconds },
    ),
    { details: { retryAfterSeconds: seconds } },
  );
