import { Injectable } from '@nestjs/common';
import { writeHotEntry } from '../../audit/record/write-entry.js';
import { Clock } from '../../kernel/clock.js';
import { checkGrants } from './check-grants.js';
import { GrantEvents } from './grant-events.js';

export interface GrantsTold {
  /** New, and counted. */
  readonly stored: number;
  /** Known already from a push or an earlier call, or twice in this body. */
  readonly duplicates: number;
  /** New, but from before a rejection, or before WeChat said that nothing was left. */
  readonly outdated: number;
}

/** Grants that no push tells of: people gave them without a popup (总是保持以上选择), or to an older system. */
@Injectable()
export class ToldGrants {
  readonly #events: GrantEvents;
  readonly #clock: Clock;

  constructor(events: GrantEvents, clock: Clock) {
    this.#events = events;
    this.#clock = clock;
  }

  /** Counts all grants of the body, or none. Harmless to repeat. */
  async take(accountId: number, body: unknown): Promise<GrantsTold> {
    const { items, duplicates } = checkGrants(body, this.#clock.now());
    const { fresh, outdated } = await this.#events.apply(
      items.map((item) => ({ ...item, accountId, kind: 'accepted' })),
      async (tx, applied) => {
        if (applied.fresh === 0) return;
        await writeHotEntry(tx, {
          action: 'grant.add',
          target: { kind: 'grant' },
          accountId,
          after: { stored: applied.fresh - applied.outdated, outdated: applied.outdated },
        });
      },
    );
    return {
      stored: fresh - outdated,
      duplicates: duplicates + items.length - fresh,
      outdated,
    };
  }
}
