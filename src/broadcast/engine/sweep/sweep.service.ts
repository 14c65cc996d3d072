import { Injectable, Logger } from '@nestjs/common';
import { MessageChannels } from '../../../channels/message-channels.js';
import { ExpandQueue } from '../expand/expand.queue.js';
import { SendQueue } from '../send/send.queue.js';
import { SWEEP_PAGE_SIZE, type SweptBroadcast, SweepRepository } from './sweep.repository.js';

/** A broadcast is swept this often, in seconds, by whichever worker comes first. */
const SWEEP_EVERY_SECONDS = 4;
/** Pages of one broadcast in one round, so that a large cancelled one does not starve the others. */
const PAGES = 20;

/** Step 9: repairs what a process that died or a job that was lost left behind in a broadcast. */
@Injectable()
export class SweepService {
  readonly #logger = new Logger(SweepService.name);
  readonly #rows: SweepRepository;
  readonly #sends: SendQueue;
  readonly #expansions: ExpandQueue;
  readonly #channels: MessageChannels;

  constructor(
    rows: SweepRepository,
    sends: SendQueue,
    expansions: ExpandQueue,
    channels: MessageChannels,
  ) {
    this.#rows = rows;
    this.#sends = sends;
    this.#expansions = expansions;
    this.#channels = channels;
  }

  async tick(): Promise<void> {
    const swept = await this.#rows.takeLeases(SWEEP_EVERY_SECONDS);
    await this.#sweepSingles(swept.filter(({ single }) => single));
    for (const broadcast of swept.filter(({ single }) => !single)) {
      try {
        await this.#sweep(broadcast);
      } catch (err) {
        this.#logger.warn(
          { broadcastId: broadcast.id, err },
          'the sweep of a broadcast failed; the next one follows',
        );
      }
    }
  }

  /** However many single messages wait, they cost a few statements. They need no expansion: each has its row. */
  async #sweepSingles(singles: readonly SweptBroadcast[]): Promise<void> {
    for (const cancelled of [false, true])
      for (const isProtected of [false, true])
        await this.#sweepAlike(
          singles.filter(
            (single) => single.cancelled === cancelled && this.#isProtected(single) === isProtected,
          ),
          cancelled,
          isProtected,
        );
  }

  async #sweepAlike(
    singles: readonly SweptBroadcast[],
    cancelled: boolean,
    isProtected: boolean,
  ): Promise<void> {
    if (singles.length === 0) return;
    try {
      await this.#sends.add(await this.#rows.sweepSingles(singles, cancelled, isProtected));
    } catch (err) {
      this.#logger.warn(
        { singles: singles.length, err },
        'the sweep of single messages failed; the next one follows',
      );
    }
  }

  #isProtected({ channel }: SweptBroadcast): boolean {
    return this.#channels.of(channel).protection !== 'none';
  }

  async #sweep(broadcast: SweptBroadcast): Promise<void> {
    if (broadcast.expanding) await this.#expansions.nudge(broadcast.id);
    const isProtected = this.#isProtected(broadcast);
    const returned = await this.#rows.sweepReturned(broadcast, isProtected);
    await this.#sends.add(returned.nudges);
    let mark = broadcast.sweptTo;
    let from = mark;
    for (let page = 0; page < PAGES; page++) {
      const { nudges, seen, last, sweptTo } = await this.#rows.sweepPage(
        broadcast,
        from,
        isProtected,
      );
      await this.#sends.add(nudges);
      // The mark stays below the first row that is still open; the rows beyond it are read again.
      if (mark === from) mark = sweptTo ?? mark;
      if (seen < SWEEP_PAGE_SIZE || last === null) break;
      from = last;
    }
    if (mark !== broadcast.sweptTo) await this.#rows.moveMark(broadcast.id, mark);
  }
}
