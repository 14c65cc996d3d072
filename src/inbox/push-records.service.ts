import { Injectable, Logger } from '@nestjs/common';
import { ReceiptsService } from '../broadcast/engine/receipts/receipts.service.js';
import { isDataError } from '../database/session/sqlstate.js';
import { FollowerEvents } from '../followers/follower-events.js';
import { GrantEvents } from '../mini-program/grants/grant-events.js';
import { RecentPushes } from '../followers/testers/recent-pushes.js';
import { bisect, type RefusedItem } from '../kernel/bisect.js';
import { isKind, type SortedPush } from './sorted-push.js';

type Refused = RefusedItem<SortedPush>[];

/** Gives what pushes say to the modules that store it. */
@Injectable()
export class PushRecords {
  readonly #logger = new Logger(PushRecords.name);
  readonly #receipts: ReceiptsService;
  readonly #followers: FollowerEvents;
  readonly #grants: GrantEvents;
  readonly #recent: RecentPushes;

  constructor(
    receipts: ReceiptsService,
    followers: FollowerEvents,
    grants: GrantEvents,
    recent: RecentPushes,
  ) {
    this.#receipts = receipts;
    this.#followers = followers;
    this.#grants = grants;
    this.#recent = recent;
  }

  /** Harmless to repeat. Returns the pushes that the database refuses; all others are on record. */
  async record(sorted: readonly SortedPush[]): Promise<Refused> {
    const refused = await Promise.all([
      this.#recordReceipts(sorted),
      this.#recordFollows(sorted),
      this.#recordGrants(sorted),
    ]);
    await this.#noteWhoActed(sorted);
    return refused.flat();
  }

  /** A list for finding testers is not worth a batch of receipts. */
  async #noteWhoActed(sorted: readonly SortedPush[]): Promise<void> {
    const acted = sorted.flatMap(({ push: { accountId, receivedAt }, person }) =>
      person === undefined ? [] : [{ accountId, at: new Date(receivedAt), ...person }],
    );
    await this.#recent
      .note(acted)
      .catch((err: unknown) => this.#logger.warn({ err }, 'who wrote just now is not on record'));
  }

  #recordReceipts(sorted: readonly SortedPush[]): Promise<Refused> {
    return bisect(
      sorted.filter(isKind('receipt', 'sent')),
      (some, alone) =>
        this.#receipts.record(
          some.flatMap(({ push: { accountId }, event }) => {
            const { openid, createTime } = event;
            const items = event.kind === 'sent' ? event.items : [event];
            const kind = event.kind === 'sent' ? ('subscription' as const) : ('template' as const);
            return items.map(({ msgid, status }) => ({
              accountId,
              openid,
              msgid,
              createTime,
              status,
              kind,
            }));
          }),
          { alone },
        ),
      isDataError,
    );
  }

  #recordFollows(sorted: readonly SortedPush[]): Promise<Refused> {
    return bisect(
      sorted.filter(isKind('subscribe', 'unsubscribe')),
      (some) =>
        this.#followers.apply(
          some.map(({ push: { accountId }, event: { openid, kind, at } }) => ({
            accountId,
            openid,
            kind,
            at,
          })),
        ),
      isDataError,
    );
  }

  #recordGrants(sorted: readonly SortedPush[]): Promise<Refused> {
    return bisect(
      sorted.filter(isKind('grants')),
      async (some) => {
        await this.#grants.apply(
          some.flatMap(({ push: { accountId }, event: { openid, at, items } }) =>
            items.map(({ kind, templateId }) => ({ accountId, openid, templateId, kind, at })),
          ),
        );
      },
      isDataError,
    );
  }
}
