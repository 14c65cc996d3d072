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

/** The day's calls of one API path, as WeChat told them last. */
export interface PathHealth {
  readonly path: string;
  /** Null where WeChat gave no figures. */
  readonly limit: number | null;
  /** Calls of everybody, at `askedAt`. */
  readonly used: number | null;
  /** What WeChat answered in place of figures, such as 76022: no path of this kind of account. */
  readonly errcode: number | null;
  readonly askedAt: Date;
}

/** How often WeChat's counts were set back to zero this month, as far as we know. */
export interface ClearingsHealth {
  readonly used: number;
  /** At most: other systems may have cleared, too. */
  readonly left: number;
  readonly clearedAt: Date | null;
  /** When there are ten again. */
  readonly renewsAt: Date;
}

/** When something was read from WeChat to its end; null before the first time. */
export interface SyncHealth {
  readonly syncedAt: Date | null;
  /** The last reading broke off, after `syncedAt` where there is one. */
  readonly failedAt: Date | null;
}

/** Messages that WeChat's review has refused within the last seven days, as we found them. */
export interface InterceptionHealth {
  readonly count: number;
  readonly toldAt: Date | null;
  /** When WeChat was asked last. */
  readonly askedAt: Date | null;
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
  readonly paths: readonly PathHealth[] | null;
  readonly clearings: ClearingsHealth | null;
  readonly templates: SyncHealth | null;
  readonly followers: SyncHealth | null;
  readonly interceptions: InterceptionHealth | null;
  readonly review: ReviewHealth | null;
  readonly unheard: UnheardHealth | null;
}

export type HealthAspect = keyof AccountHealth;

/** Answers for all the accounts at once, by account id; an account without this aspect is missing. */
type Source<Aspect extends HealthAspect> = (
  accounts: readonly Account[],
) => Promise<ReadonlyMap<number, NonNullable<AccountHealth[Aspect]>>>;

type Sources = { [Aspect in HealthAspect]: Source<Aspect> };

const NOBODY_KNOWS = (): Promise<ReadonlyMap<number, never>> =>
  Promise.resolve(new Map<number, never>());

/** Modules above accounts tell it once, at start, how to read their part of an account's health. */
@Injectable()
export class AccountHealthReader {
  readonly #sources: Sources = {
    token: NOBODY_KNOWS,
    quota: NOBODY_KNOWS,
    paths: NOBODY_KNOWS,
    clearings: NOBODY_KNOWS,
    templates: NOBODY_KNOWS,
    followers: NOBODY_KNOWS,
    interceptions: NOBODY_KNOWS,
    review: NOBODY_KNOWS,
    unheard: NOBODY_KNOWS,
  };

  learnFrom<Aspect extends HealthAspect>(aspect: Aspect, source: Sources[Aspect]): void {
    this.#sources[aspect] = source;
  }

  /** One aspect alone, where nobody asks for the others. */
  async tokenOf(account: Account): Promise<TokenHealth | null> {
    return (await this.#sources.token([account])).get(account.id) ?? null;
  }

  /** In the order of the accounts; each source is asked once for all of them. */
  async ofAll<Asked extends Account>(
    accounts: readonly Asked[],
  ): Promise<{ readonly account: Asked; readonly health: AccountHealth }[]> {
    if (accounts.length === 0) return [];
    const { token, quota, paths, clearings, templates, followers, interceptions } = this.#sources;
    const { review, unheard } = this.#sources;
    const found = await Promise.all([
      token(accounts),
      quota(accounts),
      paths(accounts),
      clearings(accounts),
      templates(accounts),
      followers(accounts),
      interceptions(accounts),
      review(accounts),
      unheard(accounts),
    ]);
    return accounts.map((account) => ({
      account,
      health: {
        token: found[0].get(account.id) ?? null,
        quota: found[1].get(account.id) ?? null,
        paths: found[2].get(account.id) ?? null,
        clearings: found[3].get(account.id) ?? null,
        templates: found[4].get(account.id) ?? null,
        followers: found[5].get(account.id) ?? null,
        interceptions: found[6].get(account.id) ?? null,
        review: found[7].get(account.id) ?? null,
        unheard: found[8].get(account.id) ?? null,
      },
    }));
  }
}
