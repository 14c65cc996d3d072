import { Injectable, Logger } from '@nestjs/common';
import { FollowerEvents } from '../../../followers/follower-events.js';
import { Clock } from '../../../kernel/clock.js';
import { Coalescer } from '../../../kernel/coalescer.js';

/** Refusals that say: this person does not follow the account. */
const NOT_FOLLOWING: ReadonlySet<number> = new Set([43004, 50005]);

interface Unfollow {
  readonly accountId: number;
  readonly openid: string;
}

/** Tells the followers whom WeChat's refusals show to have left, so that the next broadcast spares them. */
@Injectable()
export class UnfollowDetector {
  readonly #logger = new Logger(UnfollowDetector.name);
  readonly #batches: Coalescer<Unfollow, void>;
  readonly #followers: FollowerEvents;
  readonly #clock: Clock;

  constructor(followers: FollowerEvents, clock: Clock) {
    this.#followers = followers;
    this.#clock = clock;
    this.#batches = new Coalescer({ waitMs: 200, maxItems: 500 }, (departures) =>
      this.#tell(departures),
    );
  }

  /** Nobody waits for it: what is forgotten here, the next refusal or the next walk tells again. */
  noticed(errcode: number | undefined, unfollow: Unfollow): void {
    if (errcode === undefined || !NOT_FOLLOWING.has(errcode)) return;
    this.#batches
      .add(unfollow)
      .catch((err: unknown) => this.#logger.warn({ err }, 'departures not written'));
  }

  async #tell(departures: Unfollow[]): Promise<void[]> {
    // WeChat's own times are whole seconds: one who comes back within this one must win.
    const at = new Date(Math.floor(this.#clock.now().getTime() / 1_000 - 1) * 1_000);
    await this.#followers.apply(
      departures.map((departure) => ({ ...departure, kind: 'unsubscribe' as const, at })),
    );
    return Array.from<void>({ length: departures.length });
  }
}
