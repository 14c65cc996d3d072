import { randomBytes } from 'node:crypto';
import type { TestingModule } from '@nestjs/testing';
import type { Account, TokenMode } from '../../../src/accounts/account.js';
import { AccountHealthReader } from '../../../src/accounts/account-health.js';
import { AccountsModule } from '../../../src/accounts/accounts.module.js';
import { AccountsService } from '../../../src/accounts/accounts.service.js';
import { TokenModule } from '../../../src/token/token.module.js';
import { TokenService } from '../../../src/token/token.service.js';
import { TokenStore } from '../../../src/token/store/token.store.js';
import { WechatApi } from '../../../src/token/wechat-api.js';
import { WechatModule } from '../../../src/wechat/wechat.module.js';
import { createTestDatabase, type TestDatabase } from '../stores/database.js';
import { FakeTokenEndpoint } from '../wechat/fake-token-endpoint.js';
import { type QueueBackend, uniquePrefix } from '../stores/redis.js';
import { testConfig, withPool } from './test-config.js';
import { wireModules } from './wired.js';

/** One process as far as tokens go: copies, flights and connections of its own on the shared stores. */
export interface TokenProcess {
  readonly tokens: TokenService;
  readonly api: WechatApi;
  readonly store: TokenStore;
  readonly accounts: AccountsService;
  readonly health: AccountHealthReader;
  /** Any other part of it. */
  part<Part>(type: abstract new (...args: never[]) => Part): Part;
}

/** The token module of several processes, on real stores, before a pretend WeChat. */
export class TokenWorld {
  readonly #processes: TestingModule[] = [];
  readonly #prefix = `{${uniquePrefix()}}`;
  readonly #masterKey = randomBytes(32);
  readonly #database: TestDatabase;
  readonly #backend: QueueBackend;

  private constructor(
    readonly wechat: FakeTokenEndpoint,
    database: TestDatabase,
    backend: QueueBackend,
  ) {
    this.#database = database;
    this.#backend = backend;
  }

  static async open(backend: QueueBackend): Promise<TokenWorld> {
    const wechat = await new FakeTokenEndpoint().listen();
    return new TokenWorld(wechat, await createTestDatabase(), backend);
  }

  get databaseUrl(): string {
    return this.#database.url;
  }

  get prefix(): string {
    return this.#prefix;
  }

  async close(): Promise<void> {
    for (const process of this.#processes) await process.close();
    this.wechat.close();
    await this.#database.drop();
  }

  async processes(count: number): Promise<TokenProcess[]> {
    const started: TokenProcess[] = [];
    for (let i = 0; i < count; i++) started.push(await this.process());
    return started;
  }

  /** `clockOffsetMs` lets a process live in the future. */
  async process(
    options: { clockOffsetMs?: number; masterKey?: Buffer; redisUrl?: string } = {},
  ): Promise<TokenProcess> {
    const keys = options.masterKey ? [options.masterKey, this.#masterKey] : [this.#masterKey];
    const config = testConfig({
      DATABASE_URL: withPool(this.#database.url, 3),
      REDIS_URL: options.redisUrl ?? this.#backend.redisUrl,
      QUEUE_PREFIX: this.#prefix,
      WECHAT_API_BASE: this.wechat.origin,
      WEICAST_MASTER_KEY: keys.map((key) => key.toString('base64')).join(),
      CLOCK_OFFSET_MS: String(options.clockOffsetMs ?? 0),
    });

    const parts = await wireModules(config, [AccountsModule, TokenModule, WechatModule]);
    await parts.init();
    this.#processes.push(parts);
    const part = <Part>(type: abstract new (...args: never[]) => Part) =>
      parts.get<Part>(type, { strict: false });
    return {
      tokens: part(TokenService),
      api: part(WechatApi),
      store: part(TokenStore),
      accounts: part(AccountsService),
      health: part(AccountHealthReader),
      part,
    };
  }

  /** An account of its own, and a WeChat that knows nothing of those before. */
  async account(
    { accounts }: TokenProcess,
    tokenMode: TokenMode = 'stable',
    externalTokenUrl = this.wechat.externalUrl,
  ): Promise<Account> {
    this.wechat.reset();
    const external = { externalTokenUrl, externalTokenBearer: 'the-bearer' };
    return await accounts.create({
      appid: `wx${randomBytes(8).toString('hex')}`,
      secret: 'a-secret',
      kind: 'service',
      name: 'Test',
      callbackToken: 'callback-token',
      callbackMode: 'plain',
      tokenMode,
      ...(tokenMode === 'external' ? external : {}),
    });
  }
}
