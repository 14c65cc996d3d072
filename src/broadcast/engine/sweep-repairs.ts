import { Injectable, Logger } from '@nestjs/common';
import { DeliveryPartitions } from './delivery-partitions.js';
import { Holds } from './holds.js';
import { MatchService } from './match.service.js';
import { SweepRepository } from './sweep.repository.js';

const MATCHES = 500;
/** Unmatched receipts are looked through this often, in milliseconds. */
const MATCH_EVERY_MS = 15_000;

/** What the sweep looks after that belongs to no single broadcast. */
@Injectable()
export class SweepRepairs {
  readonly #logger = new Logger(SweepRepairs.name);
  #matchedAt = -Infinity;

  constructor(
    private readonly rows: SweepRepository,
    private readonly holds: Holds,
    private readonly matches: MatchService,
    private readonly partitions: DeliveryPartitions,
  ) {}

  async run(): Promise<void> {
    const repairs = {
      partitions: () => this.partitions.ensure(),
      holds: () => this.holds.liftExpired(),
      receipts: () => this.#match(),
      'receipt closing': () => this.rows.closeReceipts(),
    };
    for (const [what, repair] of Object.entries(repairs))
      await repair().catch((error: unknown) =>
        this.#logger.warn({ what, err: error }, 'a repair failed; trying again'),
      );
  }

  async #match(): Promise<void> {
    if (performance.now() - this.#matchedAt < MATCH_EVERY_MS) return;
    this.#matchedAt = performance.now();
    await this.matches.match(await this.rows.matchable(MATCHES));
  }
}
