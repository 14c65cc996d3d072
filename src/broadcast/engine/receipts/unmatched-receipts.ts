import { Injectable } from '@nestjs/common';
import { MatchService } from './match.service.js';
import { ReceiptRepository } from './receipt.repository.js';
import type { PeriodicTask } from '../periodic/periodic-task.js';

const PAGE = 500;
/** Pages in one round, so that a flood of receipts from elsewhere leaves time for other periodic tasks. */
const PAGES = 20;

/** Joins receipts and deliveries that missed each other, and closes broadcasts whose receipts are not coming any more. */
@Injectable()
export class UnmatchedReceipts implements PeriodicTask {
  readonly what = 'receipts';
  readonly everyMs = 5_000;
  readonly #receipts: ReceiptRepository;
  readonly #matches: MatchService;

  constructor(receipts: ReceiptRepository, matches: MatchService) {
    this.#receipts = receipts;
    this.#matches = matches;
  }

  async run(): Promise<void> {
    for (let page = 0; page < PAGES; page++) {
      const due = await this.#receipts.takeDue(PAGE);
      await this.#matches.match(
        due
          .filter(({ msgid }) => msgid !== '0')
          .map((receipt) => ({ accountId: receipt.account_id, msgid: receipt.msgid })),
      );
      await this.#receipts.matchByTime(due);
      if (due.length < PAGE) break;
    }
    await this.#receipts.close();
  }
}
