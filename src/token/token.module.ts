import { Module, type OnModuleInit } from '@nestjs/common';
import { Kysely } from 'kysely';
import { AccountHealthReader } from '../accounts/account-health.js';
import { AccountsModule } from '../accounts/accounts.module.js';
import { QueueConfig } from '../config/config.js';
import { DatabaseModule } from '../database/database.module.js';
import { Clock } from '../kernel/clock.js';
import { MetricsModule } from '../metrics/metrics.module.js';
import { RedisConnection } from '../redis/redis-connection.js';
import { RedisModule } from '../redis/redis.module.js';
import { WechatModule } from '../wechat/wechat.module.js';
import { ExternalToken } from './source/external-token.js';
import { PostgresTokenStore } from './store/postgres-token.store.js';
import { RedisTokenStore } from './store/redis-token.store.js';
import { TokenRefresher } from './token-refresher.js';
import { TokenBackoff } from './token-backoff.js';
import { TokenService } from './token.service.js';
import { TokenSource } from './source/token.source.js';
import { TokenStore } from './store/token.store.js';
import type { TokenTables } from './store/token.tables.js';
import { WechatApi } from './wechat-api.js';

/** Tokens live in Redis where there is one, else in the database. */
@Module({
  imports: [AccountsModule, DatabaseModule, MetricsModule, RedisModule, WechatModule],
  providers: [
    {
      provide: TokenStore,
      inject: [RedisConnection, Kysely, QueueConfig, Clock],
      useFactory: (
        { client }: RedisConnection,
        db: Kysely<TokenTables>,
        { prefix }: QueueConfig,
        { offsetMs }: Clock,
      ): TokenStore =>
        client === undefined
          ? new PostgresTokenStore(db)
          : new RedisTokenStore(client, prefix, offsetMs),
    },
    ExternalToken,
    TokenSource,
    TokenBackoff,
    TokenRefresher,
    TokenService,
    WechatApi,
  ],
  exports: [TokenService, WechatApi],
})
export class TokenModule implements OnModuleInit {
  readonly #health: AccountHealthReader;
  readonly #refresher: TokenRefresher;

  constructor(health: AccountHealthReader, refresher: TokenRefresher) {
    this.#health = health;
    this.#refresher = refresher;
  }

  onModuleInit(): void {
    this.#health.learnFrom('token', (accounts) => this.#refresher.livesOf(accounts));
  }
}
