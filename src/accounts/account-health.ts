import { Injectable } from '@nestjs/common';
import type { Account } from './account.js';

export interface TokenHealth {
  readonly expiresAt: Date;
  readonly fetchedAt: Date;
}

export interface QuotaHealth {
  /** The WeChat day, `2026-11-21`. */
  readonly day: string;
  readonly resetsAt: Date;
  /** Sends a day: WeChat's own figure or the operator's, the smaller; null while neither is known. */
  readonly limit: number | null;
  /** The limit without the reserve for other systems. */
  readonly perDay: number | null;
  /** Sends of ours today. */
  readonly ours: number;
  /** Sends of other systems today, as far as WeChat has told us. */
  readonly others: number;
  /** What may still be sent today, the reserve left aside; null without a limit. */
  readonly left: number | null;
  /** WeChat refused a send of today with 45009. */
  readonly spent: boolean;
  /** When WeChat was asked last. */
  readonly learnedAt: Date | null;
}

/** WeChat had more than a few of a broadcast's messages under review (40252). */
export interface ReviewHealth {
  readonly toldAt: Date;
  readonly broadcastId: string;
  /** The share among the broadcast's last thousand messages, or among all while there are fewer. */
  readonly percent: number;
}

/** Messages that WeChat took some time ago, without any push since. */
export interface UnheardHealth {
  readonly since: Date;
  readonly broadcastId: string;
}

/** Parts of an account's page that modules above accounts know; null where none of them does. */
export interface AccountHealth {
  readonly token: TokenHealth | null;
  readonly quota: QuotaHealth | null;
  readonly review: ReviewHealth | null;
  readonly unheard: UnheardHealth | null;
}

/** Answers for all the accounts at once, by account id; an account without this aspect is missing. */
type Source<Aspect extends keyof AccountHealth> = (
  accounts: readonly Account[],
) => Promise<ReadonlyMap<number, NonNullable<AccountHealth[Aspect]>>>;

const NOBODY_KNOWS = (): Promise<ReadonlyMap<number, never>> =>
  Promise.resolve(new Map<number, never>());

/** Modules above accounts tell it once, at start, how to read their part of an account's health. */
@Injectable()
export class AccountHealthReader {
  #token: Source<'token'> = NOBODY_KNOWS;
  #quota: Source<'quota'> = NOBODY_KNOWS;
  #review: Source<'review'> = NOBODY_KNOWS;
  #unheard: Source<'unheard'> = NOBODY_KNOWS;

  learnTokenFrom(source: Source<'token'>): void {
    this.#token = source;
  }

  learnQuotaFrom(source: Source<'quota'>): void {
    this.#quota = source;
  }

  learnReviewFrom(source: Source<'review'>): void {
    this.#review = source;
  }

  learnUnheardFrom(source: Source<'unheard'>): void {
    this.#unheard = source;
  }

  async of(account: Account): Promise<AccountHealth> {
    const [found] = await this.ofAll([account]);
    if (found === undefined) throw new Error('an account was asked for, and none was answered');
    return found.health;
  }

  /** In the order of the accounts; each source is asked once for all of them. */
  async ofAll<Asked extends Account>(
    accounts: readonly Asked[],
  ): Promise<{ readonly account: Asked; readonly health: AccountHealth }[]> {
    if (accounts.length === 0) return [];
    const [tokens, quotas, reviews, unheard] = await Promise.all([
      this.#token(accounts),
      this.#quota(accounts),
      this.#review(accounts),
      this.#unheard(accounts),
    ]);
    return accounts.map((account) => ({
      account,
      health: {
        token: tokens.get(account.id) ?? null,
        quota: quotas.get(account.id) ?? null,
        review: reviews.get(account.id) ?? null,
        unheard: unheard.get(account.id) ?? null,
      },
    }));
  }
}
