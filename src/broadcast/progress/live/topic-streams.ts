import type { IncomingHttpHeaders } from 'node:http';
import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { accountNotFound } from '../../../access/account-not-found.js';
import { type Caller, may } from '../../../access/caller.js';
import { StillAdmitted } from '../../../access/still-admitted.js';
import { AccountWatches } from '../../../accounts/account-watches.js';
import { AccountsService } from '../../../accounts/accounts.service.js';
import { isUuid } from '../../../http/id-cursor.js';
import { broadcastNotFound } from '../../engine/record/not-found.js';
import { Broadcasts } from '../../engine/record/broadcasts.js';
import { BroadcastTopic } from './broadcast-topic.js';
import { BroadcastWatches } from './broadcast-watches.js';
import type { EventStream } from './event-stream.js';
import { Positions } from './positions.js';
import type { Topic } from './topic.js';
import { TopicStream } from './topic-stream.js';

/** A stream as it is asked for. */
export interface AskedTopics {
  readonly topics: readonly Topic[];
  readonly me: boolean;
  readonly caller: Caller;
  readonly headers: IncomingHttpHeaders;
  readonly from: string | undefined;
}

/** Streams of many topics in one, so that a page needs one connection only. */
@Injectable()
export class TopicStreams implements OnModuleDestroy {
  readonly #logger = new Logger(TopicStreams.name);
  readonly #streams = new Set<TopicStream>();
  readonly #watches: BroadcastWatches;
  readonly #broadcasts: Broadcasts;
  readonly #accounts: AccountsService;
  readonly #accountWatches: AccountWatches;
  readonly #admitted: StillAdmitted;

  constructor(
    watches: BroadcastWatches,
    broadcasts: Broadcasts,
    accounts: AccountsService,
    accountWatches: AccountWatches,
    admitted: StillAdmitted,
  ) {
    this.#watches = watches;
    this.#broadcasts = broadcasts;
    this.#accounts = accounts;
    this.#accountWatches = accountWatches;
    this.#admitted = admitted;
  }

  /** Throws for what there is not, and alike for what is not the caller's to know. */
  async requireTopics(names: readonly string[], caller: Caller): Promise<Topic[]> {
    const named = names.filter((name) => name !== 'me');
    return Promise.all(
      named.map((name) => {
        const about = name.slice(name.indexOf(':') + 1);
        return isUuid(about) && name.startsWith('broadcast:')
          ? this.#broadcast(about.toLowerCase(), caller)
          : this.#account(about, caller);
      }),
    );
  }

  refuseWhenFull(): void {
    this.#watches.refuseWhenFull();
  }

  open(stream: EventStream, { topics, me, caller, headers, from }: AskedTopics): void {
    this.#watches.count(stream);
    const told = new TopicStream(stream, {
      topics,
      me,
      caller,
      callerNow: () => this.#admitted.callerOf(headers),
      onError: (err) =>
        this.#logger.warn({ err }, 'nobody could say whether a stream may go on; asked again soon'),
    });
    this.#streams.add(told);
    stream.onClose(() => {
      this.#streams.delete(told);
      void told.stop();
    });
    const broadcasts = topics.flatMap(({ broadcastId }) => broadcastId ?? []);
    const positions = new Positions(broadcasts.length, from);
    for (const [place, id] of broadcasts.entries())
      this.#watches.join(
        id,
        new BroadcastTopic(stream, positions, place, id),
        positions.seen(place),
      );
    for (const { appid, accountId, broadcastId } of topics)
      if (broadcastId === undefined)
        stream.onClose(
          this.#accountWatches.watch(accountId, () => told.tell('account', { appid })),
        );
  }

  /** Before the watches end their streams: whoever reads is told why. */
  onModuleDestroy(): void {
    for (const stream of this.#streams) stream.sayBye('stopping');
  }

  async #broadcast(id: string, caller: Caller): Promise<Topic> {
    const broadcast = await this.#broadcasts.findBroadcast(id);
    const account = broadcast && (await this.#accounts.byId(broadcast.accountId));
    if (account === undefined || !may(caller, 'broadcast.read', account.appid))
      throw broadcastNotFound(id);
    return { appid: account.appid, accountId: account.id, broadcastId: id };
  }

  async #account(appid: string, caller: Caller): Promise<Topic> {
    if (!may(caller, 'account.read', appid)) throw accountNotFound(appid);
    const { id } = await this.#accounts.requireAccount(appid);
    return { appid, accountId: id };
  }
}
