import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import type { Transaction } from 'kysely';
import type { BroadcastTables } from '../../engine/record/engine.tables.js';
import { audiencePage, readsInOrder } from '../../../audiences/page/audience-page.js';
import { type CountedPage, countPage } from './preflight-page.js';
import { NotMine, type PreflightRow, WalksRepository } from './walks.repository.js';

/** Rows of each source that are read in one statement, as expansion reads them. */
const PAGE = 5_000;
/** Taken up so often without coming further, it never will. */
const MOST_TRIES = 20;
const SAMPLES = 3;
/** Half of the time is left to those who send. */
const REST = 1;

/** Walks an audience as its expansion would, and counts who would get the message. */
@Injectable()
export class PreflightWalk {
  readonly #logger = new Logger(PreflightWalk.name);
  readonly #walks: WalksRepository;

  constructor(walks: WalksRepository) {
    this.#walks = walks;
  }

  /** Goes on from the cursor. What is not the audience's fault throws, and is tried again. */
  async run(taken: PreflightRow, signal: AbortSignal): Promise<void> {
    if (taken.tries > MOST_TRIES)
      return this.#walks.fail(taken, { code: 'walk_failed', params: {} });
    let row = taken;
    try {
      while (row.state === 'running') {
        const began = performance.now();
        row = await this.page(row);
        if (row.state === 'running')
          await sleep((performance.now() - began) * REST, undefined, { signal });
      }
      this.#logger.log(`preflight ${row.id} is done: ${row.recipients} recipients`);
    } catch (error) {
      if (signal.aborted) return this.#walks.leave(row);
      if (!(error instanceof NotMine)) throw error;
    }
  }

  /** Reads one page and adds it: all of it or nothing. Throws where another worker has the preflight. */
  page(row: PreflightRow, limit = PAGE): Promise<PreflightRow> {
    return this.#walks.inTransaction(async (tx) => {
      await readsInOrder.execute(tx);
      const page = await this.#read(tx, row, limit);
      const samples = [...row.samples, ...page.first.map((openid) => ({ openid }))];
      return this.#walks.add(tx, row, { ...page, invalid: 0 }, samples);
    });
  }

  async #read(
    tx: Transaction<BroadcastTables>,
    row: PreflightRow,
    limit: number,
  ): Promise<CountedPage> {
    const wanted = SAMPLES - row.samples.length;
    const { id, accountId, broadcastId, templateId, audience, cursor, channel, contactCap } = row;
    const looked = { accountId, broadcastId, needsFollower: channel === 'template', contactCap };
    const of = { id: broadcastId ?? id, accountId, templateId, audience };
    if (audience.kind !== 'openids' || broadcastId !== null)
      return countPage(tx, audiencePage(of, cursor, limit), looked, wanted);
    // A list that is no broadcast's is the preflight's own, and goes into the statement page by page.
    const listed = await this.#walks.membersAfter(tx, id, cursor, limit);
    const page = await countPage(
      tx,
      audiencePage(
        { ...of, audience: { ...audience, openids: listed } },
        cursor,
        listed.length + 1,
      ),
      looked,
      wanted,
    );
    const last = listed.at(-1);
    return page.done && last !== undefined && listed.length === limit
      ? { ...page, done: false, horizon: last }
      : page;
  }
}
