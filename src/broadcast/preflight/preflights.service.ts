import { Injectable, Logger } from '@nestjs/common';
import { Kysely, type Transaction } from 'kysely';
import type { Account } from '../../accounts/account.js';
import { AccountsService } from '../../accounts/accounts.service.js';
import { inTransaction } from '../../audit/record/in-transaction.js';
import { both } from '../../kernel/bilingual.js';
import { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/domain-error.js';
import { newBroadcastId } from '../../kernel/ids.js';
import { withOpenidsApart } from '../compose/audience-record.js';
import { BroadcastCheck } from '../compose/broadcast-check.service.js';
import { BroadcastRepository } from '../compose/broadcast.repository.js';
import { settingsIn, settingsOf } from '../compose/broadcast-settings.js';
import { CreateBroadcastDto } from '../compose/broadcast.dto.js';
import { changedMeanwhile } from '../compose/changed-meanwhile.js';
import type { BroadcastSettings } from '../compose/checked-broadcast.js';
import { capOf } from '../compose/contact-cap-of.js';
import { DraftStart } from '../compose/draft-start.js';
import { PreflightBasis, type PreflightSubject } from '../compose/preflight-basis.js';
import type { PreflightSettings, BroadcastTables } from '../engine/record/engine.tables.js';
import { strictBody } from '../compose/strict-body.js';
import { type BroadcastRow, Broadcasts } from '../engine/record/broadcasts.js';
import { PreflightNudges } from './walk/preflight-nudges.js';
import { preflightNotFound } from './preflight-not-found.js';
import {
  type NewPreflight,
  type PreflightRecord,
  PreflightsRepository,
} from './preflights.repository.js';

/** How often we look again when somebody has changed the broadcast while we checked it. */
const TRIES = 5;

/** What of a broadcast is looked at, once it lacks nothing. */
interface Looked {
  readonly account: Account;
  readonly subject: Omit<PreflightSubject, 'listed'>;
  readonly fit: (tx: Transaction<BroadcastTables>) => Promise<void>;
}

/** Asks for preflights, of bodies and of broadcasts that have not begun. */
@Injectable()
export class Preflights {
  readonly #logger = new Logger(Preflights.name);
  readonly #db: Kysely<BroadcastTables>;
  readonly #rows: PreflightsRepository;
  readonly #accounts: AccountsService;
  readonly #broadcasts: Broadcasts;
  readonly #locked: BroadcastRepository;
  readonly #checks: BroadcastCheck;
  readonly #drafts: DraftStart;
  readonly #basis: PreflightBasis;
  readonly #nudges: PreflightNudges;
  readonly #clock: Clock;

  constructor(
    db: Kysely<BroadcastTables>,
    rows: PreflightsRepository,
    accounts: AccountsService,
    broadcasts: Broadcasts,
    locked: BroadcastRepository,
    checks: BroadcastCheck,
    drafts: DraftStart,
    basis: PreflightBasis,
    nudges: PreflightNudges,
    clock: Clock,
  ) {
    this.#db = db;
    this.#rows = rows;
    this.#accounts = accounts;
    this.#broadcasts = broadcasts;
    this.#locked = locked;
    this.#checks = checks;
    this.#drafts = drafts;
    this.#basis = basis;
    this.#nudges = nudges;
    this.#clock = clock;
  }

  async require(id: string): Promise<PreflightRecord> {
    const preflight = await this.#rows.find(id);
    if (preflight === undefined) throw preflightNotFound(id);
    return preflight;
  }

  /** One of this very broadcast. */
  async requireOf(broadcastId: string, id: string): Promise<PreflightRecord> {
    const preflight = await this.#rows.find(id);
    if (preflight?.broadcastId !== broadcastId) throw preflightNotFound(id);
    return preflight;
  }

  async requireNewest(broadcastId: string): Promise<PreflightRecord> {
    await this.#broadcasts.requireBroadcast(broadcastId);
    const preflight = await this.#rows.newestOf(broadcastId);
    if (preflight === undefined) throw noneYet(broadcastId);
    return preflight;
  }

  /** @param body as it came: what could not be sent is refused here as it would be there */
  async ofBody(body: unknown): Promise<PreflightRecord> {
    const request = await strictBody(body, CreateBroadcastDto);
    const account = await this.#accounts.requireAccount(request.appid);
    const message = await this.#checks.checkMessage(account, request);
    const checked = await this.#checks.checkAudience(account, message, request.audience);
    const settings = settingsOf(settingsIn(request, this.#clock.now()), account.policy);
    const { audience, openids = [] } = withOpenidsApart(checked);
    const contactCap = capOf(account.policy, settings.contactCap);
    const subject = { message, audience, listed: openids, contactCap };
    const basis = await this.#basis.of(account, subject);
    const id = await inTransaction(this.#db, (tx, audit) => {
      audit.nothing(); // it is a question
      return this.#rows.insert(tx, {
        ...subject,
        ...this.#named(account),
        broadcastId: null,
        revision: null,
        basis,
        settings: plannedOf(settings),
      });
    });
    return this.#asked(id);
  }

  /** Somebody relies on the revision from now on: the next change begins another. */
  async ofBroadcast(broadcastId: string): Promise<PreflightRecord> {
    for (let tries = 1; tries <= TRIES; tries++) {
      const broadcast = await this.#broadcasts.requireBroadcast(broadcastId);
      const id = await this.#insert(broadcast, await this.#look(broadcast));
      if (id !== undefined) return this.#asked(id);
    }
    throw changedMeanwhile(broadcastId);
  }

  async #look(broadcast: BroadcastRow): Promise<Looked> {
    const { state, expandedAt, expandProgressAt } = broadcast;
    const isOnRecord = expandedAt !== null || expandProgressAt !== null;
    if ((state !== 'draft' && state !== 'scheduled') || isOnRecord) throw tooLate(broadcast);
    const account = await this.#accounts.requireById(broadcast.accountId);
    const contactCap = capOf(account.policy, broadcast.contactCap);
    if (state === 'draft') {
      const { message, audience, fit } = await this.#drafts.prepare(account, broadcast);
      return { account, subject: { message, audience, contactCap }, fit };
    }
    await this.#checks.checkStart(account, broadcast);
    const subject = { message: broadcast, audience: broadcast.audience, contactCap };
    return { account, subject, fit: () => Promise.resolve() };
  }

  /** Undefined where somebody has changed the broadcast since it was looked at. */
  #insert(
    { id, etag, ...broadcast }: BroadcastRow,
    { account, subject, fit }: Looked,
  ): Promise<string | undefined> {
    return inTransaction(this.#db, async (tx, audit) => {
      audit.nothing();
      const locked = await this.#locked.lock(tx, id);
      if (locked?.etag !== etag || locked.state !== broadcast.state) return undefined;
      await fit(tx);
      await this.#locked.bindRevision(tx, id);
      const asked = { ...subject, listed: { broadcastId: id } };
      return this.#rows.insert(tx, {
        ...asked,
        ...this.#named(account),
        broadcastId: id,
        revision: broadcast.revision,
        basis: await this.#basis.of(account, asked, tx),
        settings: plannedOf(broadcast),
      });
    });
  }

  #named({ id }: Account): Pick<NewPreflight, 'id' | 'accountId'> {
    return { id: newBroadcastId(this.#clock.now()), accountId: id };
  }

  async #asked(id: string): Promise<PreflightRecord> {
    this.#nudges.nudge();
    this.#logger.log(`preflight ${id} is asked for`);
    return this.require(id);
  }
}

const plannedOf = ({
  startAt,
  sendHours,
  sendsPerSecond,
  canary,
  contactCap,
}: Pick<
  BroadcastSettings,
  'startAt' | 'sendHours' | 'sendsPerSecond' | 'canary' | 'contactCap'
>): PreflightSettings => ({
  startAt: startAt?.toISOString() ?? null,
  sendHours,
  sendsPerSecond,
  hasCanary: canary !== null,
  ignoresCap: contactCap !== null,
});

const noneYet = (id: string): DomainError =>
  new DomainError(
    'not-found',
    'preflight_not_found',
    both(
      `任务 ${id} 还没有做过发送前检查：请 POST …/preflight。`,
      `The broadcast ${id} has had no preflight yet: POST …/preflight.`,
      { id },
    ),
  );

const tooLate = ({ state }: BroadcastRow): DomainError =>
  new DomainError(
    'conflict',
    'preflight_too_late',
    both(
      '受众已经展开成接收人，不再做发送前检查：各状态的人数请看任务本身。',
      'its audience is on record already, and is not checked any more: the broadcast itself tells the counts',
      { state },
    ),
  );
