import { Injectable, Logger } from '@nestjs/common';
import type { Insertable, Updateable } from 'kysely';
import { WechatConfig } from '../config/config.js';
import { page, type Page } from '../http/cursor.js';
import { checkOutboundUrl, OutboundAddressRefused } from '../http/outbound-address.js';
import { both } from '../kernel/bilingual.js';
import { DomainError, type FieldFault } from '../kernel/domain-error.js';
import type { Account } from './account.js';
import { changeOf, type AccountChange, type NewAccount, rowOf } from './account-change.js';
import { accountNotFound } from '../access/account-not-found.js';
import { AccountRemovals } from './account-removals.js';
import { AccountSealing } from './account-sealing.js';
import { AccountSecrets } from './account-secrets.js';
import { type AccountRecord, AccountRepository } from './account.repository.js';
import type { AccountTable } from './account.tables.js';
import { Sealer } from './seal.js';

/** We record to the minute that pushes reach an account: at most one write a minute. */
const CALLBACK_SEEN_EVERY_MS = 60_000;

const FOREIGN_KEY_VIOLATION = '23503';

/** The accounts that we send for, without their secrets: `AccountSecrets` has those. */
@Injectable()
export class AccountsService {
  readonly #logger = new Logger(AccountsService.name);
  readonly #callbackSeenAt = new Map<string, number>();
  readonly #accounts: AccountRepository;
  readonly #sealer: Sealer;
  readonly #secrets: AccountSecrets;
  readonly #wechat: WechatConfig;
  readonly #removals: AccountRemovals;

  constructor(
    accounts: AccountRepository,
    sealer: Sealer,
    secrets: AccountSecrets,
    wechat: WechatConfig,
    removals: AccountRemovals,
  ) {
    this.#accounts = accounts;
    this.#sealer = sealer;
    this.#secrets = secrets;
    this.#wechat = wechat;
    this.#removals = removals;
  }

  findAccount(appid: string): Promise<AccountRecord | undefined> {
    return this.#accounts.find(appid);
  }

  byId(id: number): Promise<AccountRecord | undefined> {
    return this.#accounts.byId(id);
  }

  /** Of something that its account outlives, such as a broadcast. */
  async requireById(id: number): Promise<AccountRecord> {
    const account = await this.#accounts.byId(id);
    if (account === undefined) throw new Error(`account ${id} is gone, what it bears is not`);
    return account;
  }

  /** In no order; an account that is gone is left out. */
  byIds(ids: readonly number[]): Promise<AccountRecord[]> {
    return this.#accounts.byIds(ids);
  }

  /** The pretended accounts. */
  sandboxes(): Promise<AccountRecord[]> {
    return this.#accounts.sandboxes();
  }

  async requireAccount(appid: string): Promise<AccountRecord> {
    const account = await this.#accounts.find(appid);
    if (account === undefined) throw accountNotFound(appid);
    return account;
  }

  async list(
    after: string | undefined,
    limit: number,
    among: 'all' | readonly string[],
  ): Promise<Page<AccountRecord>> {
    const rows = await this.#accounts.list(after ?? '', limit, among);
    return page(rows, limit, ({ appid }) => appid);
  }

  async create(account: NewAccount): Promise<AccountRecord> {
    const row: Insertable<AccountTable> = rowOf(
      account,
      this.#sealing(account.appid),
      this.#wechat.loopback,
    );
    await this.#checkAddresses(account);
    if (!(await this.#accounts.insert(row, row.apiBase ? 'sandbox.make' : 'account.create'))) {
      throw new DomainError(
        'conflict',
        'account_exists',
        both(
          `公众号 ${account.appid} 已存在，请用 PATCH 修改。`,
          `there is an account ${account.appid} already: change it with PATCH`,
          { appid: account.appid },
        ),
      );
    }
    this.#secrets.forgetCallbackKeys();
    this.#logger.log(`account ${account.appid} created`);
    return await this.requireAccount(account.appid);
  }

  /** A new callback token or EncodingAESKey keeps the former as the previous one, until an operator removes it. */
  async update(appid: string, change: AccountChange): Promise<AccountRecord> {
    await this.#checkAddresses(change);
    const sealing = this.#sealing(appid);
    const found = await this.#accounts.update(appid, (account): Updateable<AccountTable> =>
      changeOf(account, change, sealing, this.#wechat.loopback),
    );
    if (!found) throw accountNotFound(appid);
    this.#secrets.forgetCallbackKeys();
    this.#logger.log(`account ${appid} changed: ${Object.keys(change).join(', ')}`);
    return await this.requireAccount(appid);
  }

  async remove(appid: string): Promise<void> {
    await this.#removals.prepare(await this.requireAccount(appid));
    try {
      if (!(await this.#accounts.remove(appid))) throw accountNotFound(appid);
    } catch (cause) {
      if (!isHeldByBroadcasts(cause)) throw cause;
      throw new DomainError(
        'conflict',
        'account_has_broadcasts',
        both(
          `公众号 ${appid} 有发送任务，不能删除，请改为停用（hold）。`,
          `account ${appid} has broadcasts, which would lose their account: hold it instead`,
          { appid },
        ),
        { cause },
      );
    }
    this.#secrets.forgetCallbackKeys();
    this.#logger.log(`account ${appid} removed`);
  }

  /** Stops everything of the account, until it is lifted. */
  async hold(appid: string): Promise<AccountRecord> {
    await this.#accounts.hold(appid);
    const account = await this.requireAccount(appid);
    this.#logger.log(`account ${appid} held`);
    return account;
  }

  /** Ends the hold, and forgets the fault: the next send finds it again if nobody has put it right. */
  async lift(appid: string): Promise<AccountRecord> {
    await this.#accounts.lift(appid);
    const account = await this.requireAccount(appid);
    this.#logger.log(`account ${appid} lifted`);
    return account;
  }

  /** Records that WeChat has reached us for this account. Never throws: only the health page shows it. */
  async callbackSeen(appid: Account['appid']): Promise<void> {
    const now = performance.now();
    if (now - (this.#callbackSeenAt.get(appid) ?? -Infinity) < CALLBACK_SEEN_EVERY_MS) return;
    this.#callbackSeenAt.set(appid, now);
    try {
      await this.#accounts.callbackSeen(appid);
    } catch (err) {
      this.#logger.warn({ appid, err }, 'a push came, and that it came was not written down');
    }
  }

  /** Called before any row is locked, because it resolves host names. */
  async #checkAddresses(
    addresses: Pick<AccountChange, 'externalTokenUrl' | 'forwardUrl'>,
  ): Promise<void> {
    const errors: FieldFault[] = [];
    for (const path of ['externalTokenUrl', 'forwardUrl'] as const) {
      const address = addresses[path];
      if (address === undefined || address === null) continue;
      try {
        await checkOutboundUrl(address, { allowLoopback: this.#wechat.loopback });
      } catch (error) {
        if (!(error instanceof OutboundAddressRefused)) throw error;
        errors.push({ path, code: error.code, message: error.words });
      }
    }
    if (errors.length > 0) {
      throw new DomainError(
        'unprocessable',
        'address_refused',
        both('该地址不允许调用，详见 errors。', 'we do not call this address: see errors'),
        {
          errors,
        },
      );
    }
  }

  #sealing(appid: string): AccountSealing {
    return new AccountSealing(this.#sealer, appid);
  }
}

const isHeldByBroadcasts = (error: unknown): boolean => {
  const { code, table } = error as { code?: unknown; table?: unknown };
  return code === FOREIGN_KEY_VIOLATION && table === 'broadcast';
};
