import type { SimulatedClock } from '../kernel/simulated-clock.js';
import { hashText } from '../kernel/text-hash.js';
import { SeededRandom } from '../kernel/seeded-random.js';
import { Rejection } from '../kernel/rejection.js';
import { Account } from './account.js';
import { DEFAULT_ACCOUNT, type AccountPatch } from '../settings/account-settings.js';
import { patchSettings } from '../settings/settings-patch.js';

/** So many msgids of one account fit before those of the next. */
const MSGIDS_PER_ACCOUNT = 1n << 40n;
/** The time in milliseconds times this lies far above 2^53 and below 2^63. No two runs give out the same msgid. */
const MSGIDS_PER_MS = 1n << 20n;

/** All accounts of the simulator. The first one is the default wherever an appid may be left out. */
export class Accounts {
  readonly #clock: SimulatedClock;
  readonly #seed: number;
  readonly #log: (line: string) => void;

  readonly #accounts = new Map<string, Account>();
  readonly #firstMsgid = BigInt(Date.now()) * MSGIDS_PER_MS;

  constructor(clock: SimulatedClock, seed: number, log: (line: string) => void) {
    this.#clock = clock;
    this.#seed = seed;
    this.#log = log;
  }

  /** Adds an account, or changes the one with this appid. */
  put(patch: AccountPatch): Account {
    const existing = this.find(patch.appid ?? DEFAULT_ACCOUNT.appid);
    if (existing) {
      existing.change(patch);
      return existing;
    }
    const settings = patchSettings(DEFAULT_ACCOUNT, patch);
    const firstMsgid = this.#firstMsgid + BigInt(this.#accounts.size) * MSGIDS_PER_ACCOUNT;
    const random = new SeededRandom(hashText(settings.appid, this.#seed).low);
    const account = new Account(settings, firstMsgid, this.#clock, random, this.#log);
    this.#accounts.set(settings.appid, account);
    return account;
  }

  find(appid: string): Account | undefined {
    return this.#accounts.get(appid);
  }

  requireAccount(appid?: string): Account {
    const [first] = this.#accounts.values();
    const account = appid === undefined ? first : this.find(appid);
    if (!account) throw new Rejection(`there is no account ${appid}`);
    return account;
  }

  list(): Account[] {
    return [...this.#accounts.values()];
  }
}
