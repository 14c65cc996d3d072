import { Injectable, type OnModuleInit } from '@nestjs/common';
import { AccountsService } from '../accounts/accounts.service.js';
import { isUuid } from '../http/id-cursor.js';
import { PathAccounts } from '../http/path-accounts.js';
import { Broadcasts } from './engine/record/broadcasts.js';

/** A single message is a broadcast too, and has its id. */
const BY_BROADCAST = /^\/v1\/(broadcasts|messages)\/:id(\/|$)/;

/** Tells the access gate which account a path with a broadcast's id belongs to. */
@Injectable()
export class BroadcastPathAccounts implements OnModuleInit {
  readonly #paths: PathAccounts;
  readonly #broadcasts: Broadcasts;
  readonly #accounts: AccountsService;

  constructor(paths: PathAccounts, broadcasts: Broadcasts, accounts: AccountsService) {
    this.#paths = paths;
    this.#broadcasts = broadcasts;
    this.#accounts = accounts;
  }

  onModuleInit(): void {
    this.#paths.learnFrom((pattern, params) => this.#appidOf(pattern, params));
  }

  #appidOf(pattern: string, params: unknown): Promise<string | undefined> | undefined {
    const { id } = (params ?? {}) as { id?: unknown };
    if (!BY_BROADCAST.test(pattern) || typeof id !== 'string' || !isUuid(id)) return undefined;
    return this.#ownerOf(id.toLowerCase());
  }

  async #ownerOf(id: string): Promise<string | undefined> {
    const broadcast = await this.#broadcasts.findBroadcast(id);
    return broadcast && (await this.#accounts.byId(broadcast.accountId))?.appid;
  }
}
