import { both } from '../kernel/bilingual.js';
import { StartFault } from '../kernel/start-fault.js';
import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Kysely } from 'kysely';
import { DatabaseConfig } from '../config/config.js';
import { AccountSealing } from './account-sealing.js';
import { AccountRepository } from './account.repository.js';
import type { AccountTables } from './account.tables.js';
import { SealBroken, Sealer } from './seal.js';

const PROOF_ID = 1;
const PROOF_CONTEXT = 'master-key-proof';

/** The master key does not open what this database holds. */
class MasterKeyRefused extends StartFault {
  override readonly name = 'MasterKeyRefused';
}

/**
 * Refuses to start with a master key that did not seal the database's secrets, and seals anew those that an older key
 * of the list has sealed. While there is no account yet, a sealed proof stands in for the secrets.
 */
@Injectable()
export class MasterKeyCheck implements OnModuleInit {
  readonly #logger = new Logger(MasterKeyCheck.name);
  readonly #db: Kysely<AccountTables>;
  readonly #accounts: AccountRepository;
  readonly #sealer: Sealer;
  readonly #config: DatabaseConfig;

  constructor(
    db: Kysely<AccountTables>,
    accounts: AccountRepository,
    sealer: Sealer,
    config: DatabaseConfig,
  ) {
    this.#db = db;
    this.#accounts = accounts;
    this.#sealer = sealer;
    this.#config = config;
  }

  async onModuleInit(): Promise<void> {
    try {
      await this.#checkProof();
      await this.#renewAccounts();
    } catch (cause) {
      if (!(cause instanceof SealBroken)) throw cause;
      const [zh, en] = this.#advice();
      throw new MasterKeyRefused(
        both(
          `无法启动，主密钥打不开数据库中的密钥：${zh}`,
          `Cannot start: ${cause.message}. ${en}`,
          { told: cause.message },
        ),
        { cause },
      );
    }
  }

  async #checkProof(): Promise<void> {
    await this.#db
      .insertInto('masterKeyProof')
      .values({ id: PROOF_ID, sealed: this.#sealer.seal('weicast', PROOF_CONTEXT) })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    const { sealed } = await this.#db
      .selectFrom('masterKeyProof')
      .select('sealed')
      .executeTakeFirstOrThrow();
    const plain = this.#sealer.open(sealed, PROOF_CONTEXT);
    if (this.#sealer.isCurrent(sealed)) return;
    await this.#db
      .updateTable('masterKeyProof')
      .set({ sealed: this.#sealer.seal(plain, PROOF_CONTEXT) })
      .where('sealed', '=', sealed)
      .execute();
  }

  async #renewAccounts(): Promise<void> {
    let renewed = 0;
    for (const { appid } of await this.#accounts.sealedAll()) {
      // With the row locked: an operator may be changing a secret through another process.
      await this.#accounts.update(appid, (account) => {
        const secrets = new AccountSealing(this.#sealer, appid).renew(account);
        if (Object.keys(secrets).length > 0) renewed++;
        return secrets;
      });
    }
    if (renewed > 0)
      this.#logger.log(`the secrets of ${renewed} accounts are sealed under the new master key`);
  }

  #advice(): readonly [zh: string, en: string] {
    return this.#config.embedded
      ? [
          '请找回 DATA_DIR 中的 master.key，或把 WEICAST_MASTER_KEY 设为当初加密用的密钥。',
          'Bring the file master.key in DATA_DIR back, or set WEICAST_MASTER_KEY to the key that this database was sealed under.',
        ]
      : [
          '请把 WEICAST_MASTER_KEY 设为当初加密用的密钥；要更换密钥，请写成“新,旧”。',
          'Set WEICAST_MASTER_KEY to the key that this database was sealed under; to change it, to the list new,old.',
        ];
  }
}
