import { Injectable, Logger } from '@nestjs/common';
import { RateIncrease } from '../rate/rate-increase.js';
import { Finishing } from '../lifecycle/finish.js';
import { QuotaHolds } from './quota-holds.js';
import { isWaiting, outstandingOf } from './account-lease.js';
import { ReleaseRound, type LeaseResult } from './release-round.js';
import { type OpenBroadcast, ReleaseRepository } from './release.repository.js';
import { SendQueue } from '../send/send.queue.js';

/** The leases of a busy account are seldom further apart. */
const BUSY_FOR_MS = 500;

/**
 * Step 3, and the only place where speed is decided: `pending → queued`, as many as the rate, the
 * quota and the window of jobs allow, one BullMQ job for each.
 */
@Injectable()
export class ReleaseService {
  readonly #logger = new Logger(ReleaseService.name);
  /** Until when something is under way, as far as the last leases of this process told. */
  #busyUntil = 0;
  readonly #rows: ReleaseRepository;
  readonly #rounds: ReleaseRound;
  readonly #queue: SendQueue;
  readonly #rateIncrease: RateIncrease;
  readonly #quota: QuotaHolds;
  readonly #finishing: Finishing;

  constructor(
    rows: ReleaseRepository,
    rounds: ReleaseRound,
    queue: SendQueue,
    rateIncrease: RateIncrease,
    quota: QuotaHolds,
    finishing: Finishing,
  ) {
    this.#rows = rows;
    this.#rounds = rounds;
    this.#queue = queue;
    this.#rateIncrease = rateIncrease;
    this.#quota = quota;
    this.#finishing = finishing;
  }

  /** Takes the leases that are due. True while anything was handed out or is on its way. */
  async tick(): Promise<boolean> {
    const results = await this.#rounds.run(await this.#rows.accountsWithOpenBroadcasts());
    // The rows say `queued`, and that is committed: should this process die here, the sweep adds the jobs.
    await this.#queue.add(results.flatMap(({ nudges }) => nudges));
    for (const result of results) {
      try {
        if (await this.#followUp(result)) this.#busyUntil = performance.now() + BUSY_FOR_MS;
      } catch (err) {
        // The other accounts go on.
        this.#logger.warn(
          { accountId: result.lease.account_id, err },
          'what follows from an account’s release failed; its next lease tries again',
        );
      }
    }
    // The counters that the leases were given with also tell which broadcasts have nothing open any more.
    await this.#finishing.finishAll(
      results.flatMap(({ open }) => open.filter(isDone).map(({ id }) => id)),
    );
    return performance.now() < this.#busyUntil;
  }

  /** What follows once a lease has committed: quota, rate, holds. */
  async #followUp({ lease, open, nudges, achieved, spent }: LeaseResult): Promise<boolean> {
    const { account_id: accountId } = lease;
    const awaiting = open.filter((broadcast) => broadcast.awaits_quota);
    for (const channel of new Set(awaiting.map((broadcast) => broadcast.channel)))
      void this.#quota.ask(accountId, channel);
    if (!lease.stopped && open.some(isWaiting))
      await this.#rateIncrease.increase(accountId, lease, achieved.perSecond);
    for (const channel of spent) await this.#quota.holdUntilReset(accountId, channel);
    return awaiting.length > 0 || nudges.length > 0 || outstandingOf(open) > 0;
  }
}

/** Its whole audience is expanded (or it was cancelled), and none of its deliveries is open any more. */
const isDone = ({ running, expanded, pending, queued, sending }: OpenBroadcast): boolean =>
  (expanded || !running) && pending + queued + sending === 0;
