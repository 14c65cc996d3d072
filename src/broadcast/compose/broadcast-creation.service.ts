import { Injectable, Logger } from '@nestjs/common';
import { AccountsService } from '../../accounts/accounts.service.js';
import { Clock } from '../../kernel/clock.js';
import { newBroadcastId } from '../../kernel/ids.js';
import type { Account } from '../../accounts/account.js';
import { BroadcastCheck } from './broadcast-check.service.js';
import { settingsIn, settingsOf, testSettingsOf } from './broadcast-settings.js';
import {
  type BroadcastBodyDto,
  CreateBroadcastDto,
  type TestBroadcastDto,
} from './broadcast.dto.js';
import { withOpenidsApart } from './audience-record.js';
import { requirePermission } from './require-permission.js';
import { strictBody } from './strict-body.js';
import { BroadcastInsertion, type Creation } from './broadcast-insertion.js';
import type { CheckedMessage, NewBroadcast } from './checked-broadcast.js';
import { ExpandQueue } from '../engine/expand/expand.queue.js';
import { expandsNow } from '../engine/lifecycle/schedule.js';
import { idempotencyOf } from './idempotency.js';
import type { MessageRequest } from './message-content.js';
import { audienceOfOpenids } from './openid-list.js';
import { TriedBroadcasts } from './tried-broadcasts.js';
import { StartGates } from './start-gates.js';
import { dedupeKeyOf, type SingleMessageDto } from './single-message.dto.js';

/** What a broadcast, a test and a single message give each in its own way: settings, audience, purpose. */
type Particulars = Omit<NewBroadcast, 'id' | 'accountId' | 'channel' | 'templateId' | 'message'>;

/** Step 1: makes a broadcast on record of a request, and asks a worker to expand it. */
@Injectable()
export class BroadcastCreation {
  readonly #logger = new Logger(BroadcastCreation.name);
  readonly #accounts: AccountsService;
  readonly #checks: BroadcastCheck;
  readonly #insertion: BroadcastInsertion;
  readonly #expansion: ExpandQueue;
  readonly #clock: Clock;
  readonly #gates: StartGates;
  readonly #tried: TriedBroadcasts;

  constructor(
    accounts: AccountsService,
    checks: BroadcastCheck,
    insertion: BroadcastInsertion,
    expansion: ExpandQueue,
    clock: Clock,
    gates: StartGates,
    tried: TriedBroadcasts,
  ) {
    this.#tried = tried;
    this.#gates = gates;
    this.#accounts = accounts;
    this.#checks = checks;
    this.#insertion = insertion;
    this.#expansion = expansion;
    this.#clock = clock;
  }

  /** @param body as it came: it keeps all rules, or nothing is stored */
  async create(body: unknown, key?: string): Promise<Creation> {
    const request = await strictBody(body, CreateBroadcastDto);
    requirePermission('broadcast.send', request.appid);
    return this.#create(request, key, async (account, message) => {
      const { id: accountId, policy } = account;
      const { preflightId } = request;
      const settings = settingsOf(settingsIn(request, this.#clock.now()), policy);
      const audience = await this.#checks.checkAudience(account, message, request.audience);
      const { audience: record, openids } = withOpenidsApart(audience);
      const asked = { ...message, id: '', accountId, audience: record, expandedAt: null };
      await this.#gates.pass({
        way: 'create',
        account,
        message,
        audience: asked,
        openids,
        contactCap: settings.contactCap,
        preflightId,
        isConfirmed: false,
      });
      const { undoSeconds } = policy;
      return { ...settings, audience, purpose: 'broadcast', isDraft: false, undoSeconds };
    });
  }

  /** A test starts at once, whatever the request says about its start. */
  createTest(request: TestBroadcastDto, key?: string): Promise<Creation> {
    return this.#create(request, key, async (account, message) => ({
      ...testSettingsOf(request),
      ...(await this.#tried.of(account, message, request.broadcastId)),
      audience: await audienceOfOpenids(request.openids, 'openids'),
      purpose: 'test',
      isDraft: false,
    }));
  }

  /** A single message starts at once, unless its dedupe key stands for an earlier one. */
  createSingle(request: SingleMessageDto, key?: string): Promise<Creation> {
    return this.#create(request, key, async () => ({
      ...testSettingsOf(request),
      audience: await audienceOfOpenids([request.openid]),
      purpose: 'single',
      isDraft: false,
      dedupe: dedupeKeyOf(request),
    }));
  }

  async #create(
    request: Pick<BroadcastBodyDto, 'appid'> & MessageRequest,
    key: string | undefined,
    particulars: (account: Account, message: CheckedMessage) => Particulars | Promise<Particulars>,
  ): Promise<Creation> {
    // Which preflight it rests on is no part of what is asked for.
    const { preflightId: _, ...hashed } = request as typeof request & { preflightId?: unknown };
    const idempotency = await idempotencyOf(key, hashed);
    const account = await this.#accounts.requireAccount(request.appid);
    const earlier = await this.#insertion.earlier(account.id, idempotency);
    if (earlier !== undefined) return { id: earlier, replayed: true };

    const message = await this.#checks.checkMessage(account, request);
    const broadcast = {
      ...message,
      ...(await particulars(account, message)),
      id: newBroadcastId(this.#clock.now()),
      accountId: account.id,
    };
    const { id, replayed, state } = await this.#insertion.insertOnce(broadcast, idempotency);
    if (replayed || state === undefined) return { id, replayed };

    const { purpose, freezeAudience } = broadcast;
    // There may be thousands of single messages: their rows say enough.
    if (purpose !== 'single')
      this.#logger.log(
        `${purpose} ${id} of ${account.appid} created, ${state}: template ${message.templateId}`,
      );
    // The sweep nudges too: nothing is lost if this process dies before the queue has the job.
    if (purpose !== 'single' && expandsNow(state, freezeAudience)) await this.#expansion.nudge(id);
    return { id, replayed };
  }
}
