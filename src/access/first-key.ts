import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Kysely, sql } from 'kysely';
import { inTransaction } from '../audit/record/in-transaction.js';
import { RolesConfig, SecretsConfig } from '../config/config.js';
import type { AccessTables } from './access.tables.js';
import { ApiKeysService } from './api-keys.service.js';
import { hashOf } from './secret-hash.js';
import { newApiKey, prefixOf } from './api-key-text.js';

/** Its name, which no other key can have. */
export const BOOTSTRAP = 'bootstrap';

/** The key with every right that an installation begins with: `WEICAST_ADMIN_KEY`, or one made and shown once. */
@Injectable()
export class FirstKey implements OnModuleInit {
  readonly #logger = new Logger(FirstKey.name);
  readonly #db: Kysely<AccessTables>;
  readonly #apiKeys: ApiKeysService;
  readonly #secrets: SecretsConfig;
  readonly #roles: RolesConfig;

  constructor(
    db: Kysely<AccessTables>,
    apiKeys: ApiKeysService,
    secrets: SecretsConfig,
    roles: RolesConfig,
  ) {
    this.#db = db;
    this.#apiKeys = apiKeys;
    this.#secrets = secrets;
    this.#roles = roles;
  }

  async onModuleInit(): Promise<void> {
    const { adminKey } = this.#secrets;
    if (adminKey !== undefined) await this.#adopt(adminKey);
    this.#apiKeys.forget();
  }

  /** Called once the service listens: else a start could show a key and then fail. */
  async makeIfNone(show: (banner: string) => void): Promise<void> {
    // Only the API's output shows a key: people look for it there.
    if (this.#secrets.adminKey !== undefined || !this.#roles.api) return;
    await this.#make(show);
    this.#apiKeys.forget();
  }

  /** Another key in the variable replaces the former one, and ends the sessions that were opened with it. */
  async #adopt(key: string): Promise<void> {
    const hash = hashOf(key);
    await inTransaction(this.#db, async (tx, audit) => {
      const changed = await tx
        .insertInto('apiKey')
        .values({ name: BOOTSTRAP, hash, role: 'admin' })
        .onConflict((conflict) =>
          conflict
            .column('name')
            .doUpdateSet({ hash, role: 'admin', revokedAt: null })
            .where((eb) =>
              eb.or([eb('apiKey.hash', '<>', hash), eb('apiKey.revokedAt', 'is not', null)]),
            ),
        )
        .returning(['id', sql<boolean>`xmax <> 0`.as('replaced')])
        .executeTakeFirst();
      if (changed?.replaced !== true) return audit.nothing();
      await tx.deleteFrom('session').where('apiKeyId', '=', changed.id).execute();
      audit({
        action: 'key.change',
        target: { kind: 'api_key', id: changed.id },
        reason: 'WEICAST_ADMIN_KEY names another key: the former has ended',
      });
      this.#logger.log(
        'the bootstrap key is the new one of WEICAST_ADMIN_KEY; the former has ended',
      );
    });
  }

  /** The key is shown before it is stored: if the process dies in between, the shown key opens nothing. */
  async #make(show: (banner: string) => void): Promise<void> {
    const key = newApiKey();
    await inTransaction(this.#db, async (tx, audit) => {
      audit.nothing(); // an installation begins with it
      const made = await tx
        .insertInto('apiKey')
        .values({ name: BOOTSTRAP, hash: hashOf(key), prefix: prefixOf(key), role: 'admin' })
        .onConflict((conflict) => conflict.column('name').doNothing())
        .returning('id')
        .executeTakeFirst();
      if (made !== undefined) show(bannerOf(key));
    });
  }
}

const bannerOf = (key: string): string => `
────────────────────────────────────────────────────────────────────
  管理员密钥，只显示这一次，请妥善保存：
  Your admin API key, shown this once; keep it safe:

    ${key}

  给脚本用的请求头 Authorization: Bearer <密钥>；控制台第一次打开时也可以填它
  For scripts, as Authorization: Bearer <key>, and for the console when it is first opened
────────────────────────────────────────────────────────────────────

`;
