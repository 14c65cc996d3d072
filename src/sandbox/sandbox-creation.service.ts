import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Account } from '../accounts/account.js';
import { AccountsService } from '../accounts/accounts.service.js';
import { actingAsSystem } from '../kernel/acting.js';
import { SANDBOX_APPID_PREFIX } from '../kernel/sandbox-appid.js';
import type { Mood } from './moods.js';
import { sandboxOff, tooManySandboxes } from './sandbox-errors.js';
import { SandboxFurniture } from './sandbox-furniture.js';
import { DEFAULT_FOLLOWERS, SandboxHost } from './sandbox-host.js';
import { SandboxRepository } from './sandbox.repository.js';

export interface NewSandbox {
  readonly name?: string;
  readonly followers?: number;
  readonly mood?: Mood;
}

const MOST = 5;

/** What a broadcast to everybody takes, so that there is something to watch and to stop. */
const SECONDS_TO_WATCH = 20;

/** Makes a pretended account that is ready for a first broadcast. */
@Injectable()
export class SandboxCreation {
  readonly #host: SandboxHost;
  readonly #accounts: AccountsService;
  readonly #sandboxes: SandboxRepository;
  readonly #furniture: SandboxFurniture;

  constructor(
    host: SandboxHost,
    accounts: AccountsService,
    sandboxes: SandboxRepository,
    furniture: SandboxFurniture,
  ) {
    this.#host = host;
    this.#accounts = accounts;
    this.#sandboxes = sandboxes;
    this.#furniture = furniture;
  }

  async create({
    name = '模拟号',
    followers = DEFAULT_FOLLOWERS,
    mood = 'well',
  }: NewSandbox): Promise<Account> {
    if (!this.#host.isAvailable) throw sandboxOff();
    if ((await this.#accounts.sandboxes()).length >= MOST) throw tooManySandboxes(MOST);
    const account = await this.#accounts.create({
      appid: `${SANDBOX_APPID_PREFIX}${randomBytes(3).toString('hex')}`,
      kind: 'service',
      name,
      secret: randomBytes(16).toString('hex'),
      callbackToken: alphanumeric(16),
      encodingAesKey: alphanumeric(43),
      callbackMode: 'safe',
      apiBase: 'sandbox',
      sendsPerSecond: Math.ceil(followers / SECONDS_TO_WATCH),
    });
    await this.#sandboxes.ensure({
      accountId: account.id,
      seed: randomBytes(8).toString('hex'),
      followers,
      mood,
    });
    const running = await this.#host.open(account);
    // What it brings is part of the making, and no act of its own.
    await actingAsSystem(() => this.#furniture.bring(account, running));
    return await this.#accounts.requireAccount(account.appid);
  }
}

const alphanumeric = (length: number): string =>
  randomBytes(length * 2)
    .toString('base64')
    .replaceAll(/[^A-Za-z0-9]/g, '')
    .slice(0, length);
