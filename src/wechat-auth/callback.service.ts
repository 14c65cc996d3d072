import { Injectable, Logger } from '@nestjs/common';
import { AccountSecrets, type CallbackKeys } from '../accounts/account-secrets.js';
import { AccountsService } from '../accounts/accounts.service.js';
import { Clock } from '../kernel/clock.js';
import { checkAnnounced } from './announced-push.js';
import { CallbackRefusal } from './callback-refusal.js';
import { readFlatXml } from './flat-xml.js';
import { answerHandshake } from './handshake.js';
import { carry, type InboxPush, type OriginalRequest } from './inbox-job.js';
import { InboxHandOver } from './inbox-hand-over.js';
import { type CallbackQuery, openPush } from './open-push.js';
import { isOwnEvent } from './own-events.js';
import { Seldom } from './seldom.js';

/** A push as it came in. */
export interface PushRequest {
  readonly appid: string;
  readonly query: CallbackQuery;
  /** The same query as it was written, without the question mark. */
  readonly rawQuery: string;
  readonly contentType: string | undefined;
  readonly body: Buffer;
}

const LARGEST_SKEW_MS = 5 * 60_000;

/** What WeChat may ask of us: is this address yours, and take this push. */
@Injectable()
export class CallbackService {
  private readonly logger = new Logger(CallbackService.name);
  readonly #seldom = new Seldom(60_000);

  constructor(
    private readonly secrets: AccountSecrets,
    private readonly accounts: AccountsService,
    private readonly handOver: InboxHandOver,
    private readonly clock: Clock,
  ) {}

  /** Whether there is such an account. Never fails: it is only for what is worth a line in the log. */
  async knows(appid: string): Promise<boolean> {
    return (await this.secrets.callbackKeys(appid).catch(() => undefined)) !== undefined;
  }

  /** The text that proves to WeChat that we know the account's token. */
  async greet(appid: string, query: CallbackQuery): Promise<string> {
    const { read: echo } = await this.readAs(appid, ({ tokens }) => answerHandshake(tokens, query));
    void this.accounts.callbackSeen(appid);
    return echo;
  }

  /** Rejects what is refused by its query alone, so that no stranger's body is waited for. */
  async expect(appid: string, query: CallbackQuery): Promise<void> {
    await this.readAs(appid, (keys) => checkAnnounced(keys, query));
  }

  /** Resolves once the push is safe; until then WeChat must not be answered. */
  async take(request: PushRequest): Promise<void> {
    const { appid, query, body } = request;
    const { keys, read: content } = await this.readAs(appid, (known) =>
      openPush(known, query, body),
    );
    const receivedAt = this.clock.now().getTime();
    this.watchSkew(appid, query, receivedAt);
    const original = keys.forwardUrl === null ? undefined : originalOf(request, content);
    const push: InboxPush = {
      appid,
      accountId: keys.accountId,
      receivedAt,
      content: carry(content),
      ...(original && { original }),
    };
    await this.handOver.store(push);
    void this.accounts.callbackSeen(appid);
  }

  private async readAs<T>(
    appid: string,
    read: (keys: CallbackKeys) => T,
  ): Promise<{ keys: CallbackKeys; read: T }> {
    const keys = await this.secrets.callbackKeys(appid);
    if (keys === undefined) throw new CallbackRefusal('unknown-account');
    try {
      return { keys, read: read(keys) };
    } catch (refusal) {
      // The operator may have saved a new token or key this moment, in another process.
      const fresher = await this.secrets.callbackKeys(appid, { maxAgeMs: 1_000 });
      if (fresher === undefined || fresher === keys) throw this.told(appid, refusal);
      try {
        return { keys: fresher, read: read(fresher) };
      } catch (again) {
        throw this.told(appid, again);
      }
    }
  }

  /** Anybody may knock, so a refusal is told once a minute, and never for accounts that do not exist. */
  private told(appid: string, refusal: unknown): unknown {
    if (refusal instanceof CallbackRefusal && this.#seldom.due(`${appid} ${refusal.reason}`)) {
      this.logger.warn(`push for ${appid} refused: ${refusal.reason}`);
    }
    return refusal;
  }

  /** Not refused: WeChat tries again late, and whether it signs again then is not known. */
  private watchSkew(appid: string, { timestamp }: CallbackQuery, receivedAt: number): void {
    const skewMs = receivedAt - Number(timestamp) * 1000;
    if (Math.abs(skewMs) <= LARGEST_SKEW_MS || !this.#seldom.due(`${appid} skew`)) return;
    this.logger.warn(
      `push for ${appid} was signed ${Math.round(skewMs / 1000)} s before it came: is a clock wrong?`,
    );
  }
}

/** Undefined for what is ours alone; where that takes more than a glance, the inbox decides. */
function originalOf(
  { body, contentType, rawQuery }: PushRequest,
  content: Buffer,
): OriginalRequest | undefined {
  const event = readFlatXml(content.toString('utf8'))?.['Event'];
  if (event !== undefined && isOwnEvent(event)) return undefined;
  return { contentType, query: rawQuery, ...(content !== body && { body: carry(body) }) };
}
