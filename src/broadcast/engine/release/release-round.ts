import { Injectable } from '@nestjs/common';
import { SendingConfig } from '../../../config/config.js';
import type { HotRunner } from '../../../database/hot-sql.js';
import { type Achieved, AchievedRates } from './achieved-rates.js';
import { AnswerMeter } from '../send/answer-meter.js';
import type { ChannelName } from '../../../wechat/message-channel.js';
import { type Candidate, refill, roomIn, shares } from './release-plan.js';
import { type OpenBroadcast, ReleaseRepository, type Turn } from './release.repository.js';
import type { Nudge } from '../send/send.queue.js';
import { WorkerSlots } from './worker-slots.js';

/** What one turn of one account came to. */
export interface Round {
  readonly turn: Turn;
  readonly open: readonly OpenBroadcast[];
  /** Handed out and committed. */
  readonly nudges: readonly Nudge[];
  readonly achieved: Achieved;
  /** Channels whose quota of the day is used up, while there is more to send by them and nothing on its way. */
  readonly spent: readonly ChannelName[];
}

/** Would send now, if there were room. */
export const isWaiting = ({
  running,
  held,
  awaits_quota: early,
  pending,
}: OpenBroadcast): boolean => running && !held && !early && pending > 0;

const outstandingOf = (open: readonly OpenBroadcast[]): number =>
  open.reduce((sum, { queued, sending }) => sum + queued + sending, 0);

/** What the day's quota leaves beside what is queued already. */
function withoutQueued(
  callsLeft: ReadonlyMap<ChannelName, number>,
  open: readonly OpenBroadcast[],
): Map<ChannelName, number> {
  const left = new Map(callsLeft);
  for (const { channel, queued } of open)
    left.set(channel, (left.get(channel) ?? Infinity) - queued);
  return left;
}

/** One account's turn to release, in one transaction under its turn's lock. */
@Injectable()
export class ReleaseRound {
  constructor(
    private readonly rows: ReleaseRepository,
    private readonly meter: AnswerMeter,
    private readonly rates: AchievedRates,
    private readonly slots: WorkerSlots,
    private readonly sending: SendingConfig,
  ) {}

  /** Undefined when another worker has the turn. */
  async run(accountId: number, othersWait: boolean): Promise<Round | undefined> {
    const { sendsPerSecond, quotaResetHour } = this.sending;
    return this.rows.inTurn(async (tx) => {
      const turn = await this.rows.takeTurn(tx, accountId, sendsPerSecond);
      if (!turn) return undefined;
      const open = await this.rows.openBroadcasts(tx, accountId);
      const achieved = this.rates.look(accountId, open, this.meter.latencyMs(accountId));
      const facts = { turn, open, achieved };
      if (turn.stopped) {
        await this.rows.endTurn(tx, accountId, turn.credit);
        return { ...facts, nudges: [], spent: [] };
      }
      const channels = [...new Set(open.map(({ channel }) => channel))];
      const callsLeft = await this.rows.quotaLeft(tx, accountId, quotaResetHour, channels);
      const credit = refill(turn.credit, Math.min(turn.rate, turn.cap), turn.since_release);
      const most = Math.min(credit, this.#room(accountId, facts, othersWait));
      const nudges = await this.#handOut(tx, facts, most, withoutQueued(callsLeft, open));
      await this.rows.endTurn(tx, accountId, credit - nudges.length);
      const spent = channels.filter((channel) => {
        const ofIt = open.filter((broadcast) => broadcast.channel === channel);
        return callsLeft.get(channel) === 0 && outstandingOf(ofIt) === 0 && ofIt.some(isWaiting);
      });
      return { ...facts, nudges, spent };
    });
  }

  #room(
    accountId: number,
    { turn, open, achieved }: Pick<Round, 'turn' | 'open' | 'achieved'>,
    othersWait: boolean,
  ): number {
    const outstanding = outstandingOf(open);
    if (turn.single_file) return outstanding === 0 ? 1 : 0;
    return roomIn({
      rate: Math.min(turn.rate, turn.cap),
      achieved: achieved.best,
      latencyMs: this.meter.latencyMs(accountId),
      outstanding,
      slots: this.slots.count,
      othersWait,
    });
  }

  async #handOut(
    tx: HotRunner,
    { turn, open }: Pick<Round, 'turn' | 'open'>,
    most: number,
    callsLeft: Map<ChannelName, number>,
  ): Promise<Nudge[]> {
    const waiting = open.filter(isWaiting);
    const singles = waiting.filter(({ single }) => single);
    const toMany = waiting.filter(({ single }) => !single);
    const nudges: Nudge[] = [];
    // A thousand of them cost one statement. Those that wait for a later time leave their share to the others.
    for (const [channel, calls] of callsLeft) {
      const ofIt = singles.filter((single) => single.channel === channel);
      const room = Math.floor(Math.min(most - nudges.length, calls));
      if (ofIt.length === 0 || room < 1) continue;
      const given = await this.rows.releaseSingles(tx, ofIt, room);
      callsLeft.set(channel, calls - given.length);
      nudges.push(...given);
    }
    const candidates = toMany.map((broadcast) => toCandidate(broadcast, turn));
    const shareOf = shares(candidates, Math.max(0, most - nudges.length), callsLeft);
    for (const broadcast of toMany) {
      const share = shareOf.get(broadcast.id) ?? 0;
      const given = share > 0 ? await this.rows.release(tx, broadcast, share) : [];
      nudges.push(...given);
      const own = candidates.find(({ broadcastId }) => broadcastId === broadcast.id)?.credit;
      if (own !== undefined) await this.rows.keepCredit(tx, broadcast.id, own - given.length);
    }
    return nudges;
  }
}

const toCandidate = (
  { id, channel, pending, own_cap: ownCap, credit, first }: OpenBroadcast,
  turn: Turn,
): Candidate => ({
  broadcastId: id,
  channel,
  pending,
  first,
  credit: ownCap === null ? undefined : refill(credit, ownCap, turn.since_release),
});
