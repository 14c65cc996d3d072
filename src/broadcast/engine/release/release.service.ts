import { Injectable, Logger } from '@nestjs/common';
import { Climb } from './climb.js';
import { Finishing } from '../sweep/finish.js';
import { QuotaHolds } from './quota-holds.js';
import { isWaiting, ReleaseRound, type Round } from './release-round.js';
import { type OpenBroadcast, ReleaseRepository } from './release.repository.js';
import { SendQueue } from '../send/send.queue.js';

/**
 * Step 3, and the only place where speed is decided: `pending → queued`, as many as the rate, the
 * quota and the window of jobs allow, one BullMQ job for each.
 */
@Injectable()
export class ReleaseService {
  readonly #logger = new Logger(ReleaseService.name);
  /** Accounts that had messages to send when this process last had their turn. */
  readonly #waiting = new Set<number>();

  constructor(
    private readonly rows: ReleaseRepository,
    private readonly rounds: ReleaseRound,
    private readonly queue: SendQueue,
    private readonly climb: Climb,
    private readonly quota: QuotaHolds,
    private readonly finishing: Finishing,
  ) {}

  /** One round over all accounts. True while anything was handed out or is on its way. */
  async tick(): Promise<boolean> {
    let busy = false;
    const accountIds = await this.rows.accountsWithOpenBroadcasts();
    for (const id of this.#waiting) if (!accountIds.includes(id)) this.#waiting.delete(id);
    for (const accountId of accountIds) {
      try {
        const othersWait = this.#waiting.size > (this.#waiting.has(accountId) ? 1 : 0);
        const round = await this.rounds.run(accountId, othersWait);
        if (round) busy = (await this.#follow(accountId, round)) || busy;
      } catch (error) {
        // One account's trouble is not another's.
        this.#logger.warn({ accountId, err: error }, 'release failed; trying again');
      }
    }
    return busy;
  }

  /** Committed: the rows say `queued`. Should this process die before the jobs are added, the sweep adds them. */
  async #follow(accountId: number, round: Round): Promise<boolean> {
    const { turn, open, nudges, achieved } = round;
    await this.queue.add(nudges);
    const awaiting = open.filter((broadcast) => broadcast.awaits_quota);
    for (const channel of new Set(awaiting.map((broadcast) => broadcast.channel)))
      void this.quota.ask(accountId, channel);
    const waits = !turn.stopped && open.some(isWaiting);
    if (waits) {
      this.#waiting.add(accountId);
      await this.climb.climb(accountId, turn, achieved.perSecond);
    } else this.#waiting.delete(accountId);
    for (const channel of round.spent) await this.quota.holdUntilReset(accountId, channel);
    await this.finishing.finishAll(open.filter(isDone).map(({ id }) => id));
    return (
      awaiting.length > 0 ||
      nudges.length > 0 ||
      open.some(({ queued, sending }) => queued + sending > 0)
    );
  }
}

/** Everybody is expanded (or it was cancelled) and nobody is open any more. */
const isDone = ({ running, expanded, pending, queued, sending }: OpenBroadcast): boolean =>
  (expanded || !running) && pending + queued + sending === 0;
