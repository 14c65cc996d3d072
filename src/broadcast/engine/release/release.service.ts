import { Injectable, Logger } from '@nestjs/common';
import { RateIncrease } from '../rate/rate-increase.js';
import { Finishing } from '../lifecycle/finish.js';
import { QuotaHolds } from './quota-holds.js';
import { isWaiting, outstandingOf } from './account-lease.js';
import { ReleaseRound, type Round } from './release-round.js';
import { type OpenBroadcast, ReleaseRepository } from './release.repository.js';
import { SendQueue } from '../send/send.queue.js';

/** Turns of an account are seldom further apart. */
const BUSY_FOR_MS = 500;

/**
 * Step 3, and the only place where speed is decided: `pending → queued`, as many as the rate, the
 * quota and the window of jobs allow, one BullMQ job for each.
 */
@Injectable()
export class ReleaseService {
  readonly #logger = new Logger(ReleaseService.name);
  /** Until when something is under way, as far as the last turns of this process told. */
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

  /** The turns that are due. True while anything was handed out or is on its way. */
  async tick(): Promise<boolean> {
    const rounds = await this.#rounds.run(await this.#rows.accountsWithOpenBroadcasts());
    await this.#queue.add(rounds.flatMap(({ nudges }) => nudges));
    for (const round of rounds) {
      try {
        if (await this.#follow(round)) this.#busyUntil = performance.now() + BUSY_FOR_MS;
      } catch (error) {
        // One account's trouble is not another's.
        this.#logger.warn({ accountId: round.lease.account_id, err: error }, 'a turn failed');
      }
    }
    await this.#finishing.finishAll(
      rounds.flatMap(({ open }) => open.filter(isDone).map(({ id }) => id)),
    );
    return performance.now() < this.#busyUntil;
  }

  /** Committed: the rows say `queued`. Should this process die before the jobs are added, the sweep adds them. */
  async #follow({ lease: turn, open, nudges, achieved, spent }: Round): Promise<boolean> {
    const { account_id: accountId } = turn;
    const awaiting = open.filter((broadcast) => broadcast.awaits_quota);
    for (const channel of new Set(awaiting.map((broadcast) => broadcast.channel)))
      void this.#quota.ask(accountId, channel);
    if (!turn.stopped && open.some(isWaiting))
      await this.#rateIncrease.increase(accountId, turn, achieved.perSecond);
    for (const channel of spent) await this.#quota.holdUntilReset(accountId, channel);
    return awaiting.length > 0 || nudges.length > 0 || outstandingOf(open) > 0;
  }
}

/** Everybody is expanded (or it was cancelled) and nobody is open any more. */
const isDone = ({ running, expanded, pending, queued, sending }: OpenBroadcast): boolean =>
  (expanded || !running) && pending + queued + sending === 0;
