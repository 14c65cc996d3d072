import { Injectable } from '@nestjs/common';
import type { Account } from './account.js';

export interface TokenHealth {
  readonly expiresAt: Date;
  readonly fetchedAt: Date;
}

export interface QuotaHealth {
  /** The WeChat day it is about, `2026-11-21`. */
  readonly day: string;
  readonly resetsAt: Date;
  /** Sends a day: WeChat's own figure or the operator's, the smaller; null while neither is known. */
  readonly limit: number | null;
  /** Sends of ours today. */
  readonly ours: number;
  /** Sends of other systems today, as far as WeChat told. */
  readonly others: number;
  /** What may still be sent today, the reserve left aside; null without a limit. */
  readonly left: number | null;
  /** When WeChat was asked last. */
  readonly learnedAt: Date | null;
}

/** WeChat had more than a few of a broadcast's messages under review (40252). */
export interface ReviewHealth {
  readonly toldAt: Date;
  readonly broadcastId: string;
  /** Of its last thousand messages, or of fewer where it has not sent so many. */
  readonly percent: number;
}

/** Messages that WeChat took some time ago, without any push since. */
export interface UnheardHealth {
  readonly since: Date;
  readonly broadcastId: string;
}

/** What the account's page shows that modules above accounts know; null where nobody knows. */
export interface AccountVitals {
  readonly token: TokenHealth | null;
  readonly quota: QuotaHealth | null;
  readonly review: ReviewHealth | null;
  readonly unheard: UnheardHealth | null;
}

type Source<Aspect extends keyof AccountVitals> = (
  account: Account,
) => Promise<AccountVitals[Aspect]>;

/** Where modules that stand on accounts say, once at start, how to learn of a part of an account's health. */
@Injectable()
export class AccountHealth {
  #token: Source<'token'> = () => Promise.resolve(null);
  #quota: Source<'quota'> = () => Promise.resolve(null);
  #review: Source<'review'> = () => Promise.resolve(null);
  #unheard: Source<'unheard'> = () => Promise.resolve(null);

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

  async of(account: Account): Promise<AccountVitals> {
    const [token, quota, review, unheard] = await Promise.all([
      this.#token(account),
      this.#quota(account),
      this.#review(account),
      this.#unheard(account),
    ]);
    return { token, quota, review, unheard };
  }
}
