import { Injectable, Logger } from '@nestjs/common';
import { SendingConfig } from '../../config/config.js';
import { Finishing } from './finish.js';
import { STARTING_RATE } from './pace-row.js';
import { refill, roomIn, shares } from './release-plan.js';
import { type OpenBroadcast, ReleaseRepository, type Turn } from './release.repository.js';
import { SendMeter } from './send-meter.js';
import { type Nudge, SendQueue } from './send.queue.js';

/** An account that sent nothing for this long (seconds) starts slowly again. */
const IDLE = 60;

/**
 * Step 3, and the only place where speed is decided: `pending → queued`, as many as the rate and
 * the window of jobs allow, one BullMQ job for each.
 */
@Injectable()
export class ReleaseService {
  readonly #logger = new Logger(ReleaseService.name);
  /** What was last seen of an account, to tell how much it really sends. */
  readonly #progress = new Map<
    number,
    { at: number; sent: Map<string, number>; perSecond: number }
  >();

  constructor(
    private readonly rows: ReleaseRepository,
    private readonly finishing: Finishing,
    private readonly queue: SendQueue,
    private readonly meter: SendMeter,
    private readonly sending: SendingConfig,
  ) {}

  /** One round over all accounts. True while anything was handed out or is on its way. */
  async tick(): Promise<boolean> {
    let busy = false;
    for (const accountId of await this.rows.accountsWithOpenBroadcasts()) {
      try {
        busy = (await this.#releaseAccount(accountId)) || busy;
      } catch (error) {
        // One account's trouble is not another's.
        this.#logger.warn({ accountId, err: error }, 'release failed; trying again');
      }
    }
    return busy;
  }

  async #releaseAccount(accountId: number): Promise<boolean> {
    const round = await this.rows.inTurn(async (tx) => {
      const turn = await this.rows.takeTurn(tx, accountId, this.sending.sendsPerSecond);
      if (!turn) return undefined;
      const open = await this.rows.openBroadcasts(tx, accountId);
      const nudges: Nudge[] = [];
      let credit = turn.credit;
      if (!turn.stopped) {
        const rate = Math.min(turn.rate, turn.cap);
        credit = refill(credit, rate, turn.since_release);
        const plan = this.#plan(accountId, turn, open, credit);
        for (const broadcast of open) {
          const most = plan.shares.get(broadcast.id) ?? 0;
          if (most > 0) nudges.push(...(await this.rows.release(tx, broadcast, most)));
        }
        credit -= nudges.length;
        for (const [id, own] of plan.ownCredits)
          await this.rows.keepCredit(
            tx,
            id,
            own - nudges.filter((n) => n.broadcastId === id).length,
          );
      }
      await this.rows.endTurn(tx, accountId, credit);
      return { turn, open, nudges };
    });
    if (!round) return false;
    // Committed: the rows say `queued`. Should this process die before the jobs are added, the sweep adds them.
    await this.queue.add(round.nudges);
    await this.#climb(accountId, round.turn, round.open);
    for (const broadcast of round.open)
      if (isDone(broadcast)) await this.finishing.finish(broadcast.id);
    return (
      round.open.some(({ queued, sending }) => queued + sending > 0) || round.nudges.length > 0
    );
  }

  #plan(accountId: number, turn: Turn, open: readonly OpenBroadcast[], credit: number) {
    const outstanding = open.reduce((sum, { queued, sending }) => sum + queued + sending, 0);
    const room = roomIn({
      rate: Math.min(turn.rate, turn.cap),
      achieved: this.#achieved(accountId, open),
      latencyMs: this.meter.latencyMs,
      outstanding,
    });
    const ownCredits = new Map<string, number>();
    const candidates = open
      .filter(({ running, held, pending }) => running && !held && pending > 0)
      .map(({ id, pending, own_cap: ownCap, credit: kept }) => {
        if (ownCap === null) return { broadcastId: id, pending, credit: undefined };
        const own = refill(kept, ownCap, turn.since_release);
        ownCredits.set(id, own);
        return { broadcastId: id, pending, credit: own };
      });
    return { shares: shares(candidates, Math.min(credit, room)), ownCredits };
  }

  /** Messages a second since this process last had the turn, smoothed. */
  #achieved(accountId: number, open: readonly OpenBroadcast[]): number {
    const now = performance.now();
    const before = this.#progress.get(accountId);
    const sent = new Map(open.map(({ id, progressed }) => [id, progressed]));
    if (!before) {
      this.#progress.set(accountId, { at: now, sent, perSecond: 0 });
      return 0;
    }
    const seconds = (now - before.at) / 1_000;
    if (seconds < 0.2) return before.perSecond;
    const more = open.reduce(
      (sum, { id, progressed }) => sum + progressed - (before.sent.get(id) ?? 0),
      0,
    );
    const perSecond = (before.perSecond + Math.max(0, more) / seconds) / 2;
    this.#progress.set(accountId, { at: now, sent, perSecond });
    return perSecond;
  }

  /** Slow start: the rate doubles each second while the account really sends what it may. */
  async #climb(accountId: number, turn: Turn, open: readonly OpenBroadcast[]): Promise<void> {
    const { rate, cap } = turn;
    if (turn.stopped || !open.some(({ running, held, pending }) => running && !held && pending > 0))
      return;
    if (turn.since_release > IDLE && rate > STARTING_RATE)
      return this.rows.changeRate(accountId, rate, Math.min(cap, STARTING_RATE));
    const achieved = this.#progress.get(accountId)?.perSecond ?? 0;
    const keepsUp = rate <= 2 * STARTING_RATE || achieved >= rate / 3;
    if (rate < cap && turn.since_rate_change >= 1 && keepsUp)
      await this.rows.changeRate(accountId, rate, Math.min(cap, rate * 2));
  }
}

/** Everybody is expanded (or it was cancelled) and nobody is open any more. */
const isDone = ({ running, expanded, pending, queued, sending }: OpenBroadcast): boolean =>
  (expanded || !running) && pending + queued + sending === 0;
