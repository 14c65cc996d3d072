import { Injectable } from '@nestjs/common';
import { accountNotFound } from '../../../access/account-not-found.js';
import { type Caller, may } from '../../../access/caller.js';
import { passwordChangeRequired } from '../../../access/permission-required.js';
import type { OpenRequest } from '../../../access/still-admitted.js';
import { AccountWatches } from '../../../accounts/account-watches.js';
import { AccountsService } from '../../../accounts/accounts.service.js';
import { isUuid } from '../../../http/id-cursor.js';
import { broadcastNotFound } from '../../engine/record/not-found.js';
import { Broadcasts } from '../../engine/record/broadcasts.js';
import { BroadcastTopic } from './broadcast-topic.js';
import { BroadcastWatches } from './broadcast-watches.js';
import type { EventStream } from './event-stream.js';
import { Positions } from './positions.js';
import { StreamAdmissions } from './stream-admissions.js';
import type { Topic } from './topic.js';

/** A stream as it is asked for. */
export interface AskedTopics extends OpenRequest {
  readonly topics: readonly Topic[];
  readonly me: boolean;
  readonly from: string | undefined;
}

/** Streams of many topics in one, so that a page needs one connection only. */
@Injectable()
export class TopicStreams {
  readonly #watches: BroadcastWatches;
  readonly #broadcasts: Broadcasts;
  readonly #accounts: AccountsService;
  readonly #accountWatches: AccountWatches;
  readonly #admissions: StreamAdmissions;

  constructor(
    watches: BroadcastWatches,
    broadcasts: Broadcasts,
    accounts: AccountsService,
    accountWatches: AccountWatches,
    admissions: StreamAdmissions,
  ) {
    this.#watches = watches;
    this.#broadcasts = broadcasts;
    this.#accounts = accounts;
    this.#accountWatches = accountWatches;
    this.#admissions = admissions;
  }

  /** Throws for what there is not, and alike for what is not the caller's to know. */
  async requireTopics(names: readonly string[], caller: Caller): Promise<Topic[]> {
    const named = names.filter((name) => name !== 'me');
    // A one-time password opens what is one's own.
    if (named.length > 0 && caller.viaSession?.mustChangePassword === true)
      throw passwordChangeRequired();
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

  open(stream: EventStream, asked: AskedTopics): void {
    const { topics, me, caller, from } = asked;
    this.#watches.count(stream);
    const tell = (event: string, data: object): void => {
      if (stream.isReady) stream.send({ event, data: JSON.stringify(data) });
    };
    let known = rightsOf(caller);
    this.keepAdmitted(stream, topics, asked, (now) => {
      const rights = rightsOf(now);
      if (me && rights !== known) tell('me', { name: now.name });
      known = rights;
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
          this.#accountWatches.watch(accountId, ({ event, data }) =>
            tell(event, { appid, ...data }),
          ),
        );
  }

  /** The stream ends once its reader may no longer hear all of these. */
  keepAdmitted(
    stream: EventStream,
    topics: readonly Topic[],
    request: OpenRequest,
    onAsked?: (caller: Caller) => void,
  ): void {
    const mayHearAll = (now: Caller): boolean => topics.every((topic) => mayHear(now, topic));
    this.#admissions.keep(stream, request, mayHearAll, onAsked);
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

const mayHear = (caller: Caller, { appid, broadcastId }: Topic): boolean =>
  may(caller, broadcastId === undefined ? 'account.read' : 'broadcast.read', appid);

const rightsOf = ({ name, grants }: Caller): string => JSON.stringify([name, grants]);
