import { Injectable, Logger } from '@nestjs/common';
import { FollowerEvents } from '../../../followers/follower-events.js';
import { Clock } from '../../../kernel/clock.js';
import { Coalescer } from '../../../kernel/coalescer.js';

/** Refusals by which WeChat says that the recipient does not follow the account. */
const NOT_FOLLOWING: ReadonlySet<number> = new Set([43004, 50005]);

interface Unfollow {
  readonly accountId: number;
  readonly openid: string;
}

/** Marks recipients as unfollowed whom WeChat's refusals show to have left, so that the next broadcast skips them. */
@Injectable()
export class UnfollowDetector {
  readonly #logger = new Logger(UnfollowDetector.name);
  readonly #batches: Coalescer<Unfollow, void>;
  readonly #followers: FollowerEvents;
  readonly #clock: Clock;

  constructor(followers: FollowerEvents, clock: Clock) {
    this.#followers = followers;
    this.#clock = clock;
    this.#batches = new Coalescer({ waitMs: 200, maxItems: 500 }, (unfollows) =>
      this.#tell(unfollows),
    );
  }

  /** The caller does not wait. Should an unfollow be lost here, the next refusal or the next sync finds it again. */
  noticed(errcode: number | undefined, unfollow: Unfollow): void {
    if (errcode === undefined || !NOT_FOLLOWING.has(errcode)) return;
    this.#batches
      .add(unfollow)
      .catch((err: unknown) =>
        this.#logger.warn(
          { err },
          'unfollows that refusals showed were not written; the next sync finds them',
        ),
      );
  }

  /** Resolves once everything that was noticed is written or given up: a statement waits no longer than its session lets it. */
  drain(): Promise<void> {
    return this.#batches.drain();
  }

  async #tell(unfollows: Unfollow[]): Promise<void[]> {
    // WeChat's own times are whole seconds: a recipient who subscribes again within this second must count as a follower.
    const at = new Date(Math.floor(this.#clock.now().getTime() / 1_000 - 1) * 1_000);
    await this.#followers.apply(
      unfollows.map((unfollow) => ({ ...unfollow, kind: 'unsubscribe' as const, at })),
    );
    return Array.from<void>({ length: unfollows.length });
  }
}
