import { Injectable, Logger } from '@nestjs/common';
import { AccountSecrets, type CallbackKeys } from '../accounts/account-secrets.js';
import { AccountsService } from '../accounts/accounts.service.js';
import { CallbackNotes } from '../accounts/callback-notes.js';
import { Clock } from '../kernel/clock.js';
import { type AnnouncedPush, checkAnnounced, isProvenBy } from './announced-push.js';
import { CallbackRefusal } from './callback-refusal.js';
import { answerHandshake } from './handshake.js';
import { carry, type InboxPush, type OriginalRequest } from './inbox-job.js';
import { InboxEnqueue } from './inbox-enqueue.js';
import { type CallbackQuery, openPush } from './open-push.js';
import { isPlainlyOwn } from './own-events.js';
import { PushSealing } from './push-sealing.js';
import { LogThrottle } from '../kernel/log-throttle.js';
import { StampCheck } from './stamp-check.js';

/** A push as it came in. */
export interface PushRequest {
  readonly appid: string;
  readonly query: CallbackQuery;
  /** The same query as it was written, without the question mark. */
  readonly rawQuery: string;
  readonly contentType: string | undefined;
  readonly body: Buffer;
  /** What `expect` said of this very query. */
  readonly announced?: AnnouncedPush;
}

/** What WeChat asks of a callback: whether the address is ours (`greet`), and to take a push. */
@Injectable()
export class CallbackService {
  readonly #logger = new Logger(CallbackService.name);
  readonly #throttle = new LogThrottle();
  readonly #secrets: AccountSecrets;
  readonly #accounts: AccountsService;
  readonly #notes: CallbackNotes;
  readonly #stamps: StampCheck;
  readonly #sealing: PushSealing;
  readonly #enqueue: InboxEnqueue;
  readonly #clock: Clock;

  constructor(
    secrets: AccountSecrets,
    accounts: AccountsService,
    notes: CallbackNotes,
    stamps: StampCheck,
    sealing: PushSealing,
    enqueue: InboxEnqueue,
    clock: Clock,
  ) {
    this.#secrets = secrets;
    this.#accounts = accounts;
    this.#notes = notes;
    this.#stamps = stamps;
    this.#sealing = sealing;
    this.#enqueue = enqueue;
    this.#clock = clock;
  }

  /** Whether there is such an account. Never fails: it only decides whether a line is logged. */
  async knows(appid: string): Promise<boolean> {
    return (await this.#secrets.callbackKeys(appid).catch(() => undefined)) !== undefined;
  }

  /** The text that proves to WeChat that we know the account's token. */
  async greet(appid: string, query: CallbackQuery): Promise<string> {
    const { keys, read: echo } = await this.#readAs(appid, (known) => {
      const answer = answerHandshake(known.tokens, query);
      this.#stamps.checkAge(known, query);
      return answer;
    });
    this.#notes.handshake(keys.accountId);
    void this.#accounts.callbackSeen(appid);
    return echo;
  }

  /** Rejects what is refused by its query alone, so that no stranger's body is waited for. */
  async expect(appid: string, query: CallbackQuery): Promise<AnnouncedPush> {
    return (await this.#readAs(appid, (keys) => checkAnnounced(keys, query))).read;
  }

  /** Resolves once the push is safe; until then WeChat must not be answered. */
  async take(request: PushRequest): Promise<void> {
    const { appid, query, body, announced } = request;
    const { keys, read: content } = await this.#readAs(appid, (known) => {
      const opened = openPush(known, query, body, isProvenBy(known, announced));
      this.#stamps.checkAge(known, query);
      if (known.mode === 'plain') this.#stamps.checkBody(known, query, body);
      return opened;
    });
    const receivedAt = this.#clock.now().getTime();
    const sender = { appid, accountId: keys.accountId, receivedAt };
    const push: InboxPush = isPlainlyOwn(content)
      ? { ...sender, content: carry(content) }
      : this.#sealing.seal(sender, {
          content: carry(content),
          ...(keys.forwardUrl !== null && { original: originalOf(request, content) }),
        });
    await this.#enqueue.store(push);
    this.#notes.pushed(keys.accountId);
    void this.#accounts.callbackSeen(appid);
  }

  async #readAs<T>(
    appid: string,
    read: (keys: CallbackKeys) => T,
  ): Promise<{ keys: CallbackKeys; read: T }> {
    const keys = await this.#secrets.callbackKeys(appid);
    if (keys === undefined) throw new CallbackRefusal('unknown-account');
    try {
      return { keys, read: read(keys) };
    } catch (refusal) {
      // The operator may have saved a new token or key this moment, in another process.
      const fresher = await this.#secrets.callbackKeys(appid, { maxAgeMs: 1_000 });
      if (fresher === undefined || fresher === keys) throw this.#told(keys, refusal);
      try {
        return { keys: fresher, read: read(fresher) };
      } catch (again) {
        throw this.#told(fresher, again);
      }
    }
  }

  /** Strangers may call, so a refusal is logged once a minute, and never for accounts that do not exist. */
  #told({ appid, accountId }: CallbackKeys, refusal: unknown): unknown {
    if (!(refusal instanceof CallbackRefusal)) return refusal;
    if (refusal.why !== undefined) this.#notes.refused(accountId, refusal.why);
    if (this.#throttle.due(`${appid} ${refusal.reason}`)) {
      this.#logger.warn(`push for ${appid} refused: ${refusal.reason}`);
    }
    return refusal;
  }
}

/** The inbox decides whether it is forwarded. */
function originalOf(
  { body, contentType, rawQuery }: PushRequest,
  content: Buffer,
): OriginalRequest {
  return { contentType, query: rawQuery, ...(content !== body && { body: carry(body) }) };
}
