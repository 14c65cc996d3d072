import { Rejection } from '../kernel/rejection.js';
import type { Followers } from './followers.js';

/** People who come and go. */
export type FollowerChange = {
  /** The number of new followers, or the openids that return. */
  readonly subscribe?: number | readonly string[];
  /** The number of followers who leave from the end of the list, or their openids. */
  readonly unsubscribe?: number | readonly string[];
};

export type AppliedChange = {
  readonly subscribed: readonly string[];
  readonly unsubscribed: readonly string[];
};

type ScheduledChange = {
  readonly change: FollowerChange;
  readonly afterwards: (applied: AppliedChange) => void;
  pagesLeft: number;
};

/** Changes the list of followers, at once or between two pages of a walk. */
export class FollowerChanges {
  readonly #followers: Followers;

  #scheduled: ScheduledChange[] = [];

  constructor(followers: Followers) {
    this.#followers = followers;
  }

  apply(change: FollowerChange): AppliedChange {
    const leaving = this.#leaving(change.unsubscribe ?? 0);
    leaving.forEach((index) => this.#followers.leave(index));
    return {
      subscribed: this.#subscribe(change.subscribe ?? 0),
      unsubscribed: leaving.map((index) => this.#followers.openid(index)),
    };
  }

  /** Schedules a change for the time when so many more pages of user/get were served. */
  applyAfterPages(
    pages: number,
    change: FollowerChange,
    afterwards: (applied: AppliedChange) => void,
  ): void {
    this.#scheduled.push({ change, afterwards, pagesLeft: pages });
  }

  pageServed(): void {
    const due = this.#scheduled.filter((script) => --script.pagesLeft <= 0);
    this.#scheduled = this.#scheduled.filter((script) => script.pagesLeft > 0);
    for (const { change, afterwards } of due) afterwards(this.apply(change));
  }

  #subscribe(who: number | readonly string[]): string[] {
    if (typeof who === 'number') return this.#followers.join(who);
    who.forEach((openid) => this.#followers.rejoin(this.#require(openid)));
    return [...who];
  }

  #leaving(who: number | readonly string[]): number[] {
    return typeof who === 'number'
      ? this.#followers.last(who)
      : who.map((openid) => this.#require(openid));
  }

  #require(openid: string): number {
    const index = this.#followers.find(openid);
    if (index === undefined) throw new Rejection(`${openid} never followed this account`);
    return index;
  }
}
