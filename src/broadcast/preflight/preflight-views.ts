import { Injectable } from '@nestjs/common';
import type { Account } from '../../accounts/account.js';
import { AccountsService } from '../../accounts/accounts.service.js';
import { SendingConfig } from '../../config/config.js';
import { FollowersService } from '../../followers/followers.service.js';
import { Clock } from '../../kernel/clock.js';
import type { Notice } from '../../kernel/warning.js';
import { QuotaLedger } from '../../pacing/quota-ledger.js';
import { TemplatesService } from '../../templates/templates.service.js';
import { BroadcastCheck } from '../compose/broadcast-check.service.js';
import { capOf } from '../compose/contact-cap-of.js';
import { DraftFaults } from '../compose/draft-faults.js';
import { FoundFaults } from '../compose/found-faults.js';
import { PreflightBasis } from '../compose/preflight-basis.js';
import { type BroadcastRow, Broadcasts } from '../engine/record/broadcasts.js';
import { LastTest } from '../progress/last-test.js';
import { blockersOf, type Facts, warningsOf } from './findings.js';
import { forecast } from './forecast.js';
import { OtherSends } from './other-sends.js';
import type { PreflightQuotaView, PreflightView } from './preflight.dto.js';
import type { PreflightRecord } from './preflights.repository.js';

/** A preflight as it is shown: its counts, and what they mean by what is known now. */
@Injectable()
export class PreflightViews {
  readonly #accounts: AccountsService;
  readonly #broadcasts: Broadcasts;
  readonly #followers: FollowersService;
  readonly #templates: TemplatesService;
  readonly #checks: BroadcastCheck;
  readonly #drafts: DraftFaults;
  readonly #basis: PreflightBasis;
  readonly #tests: LastTest;
  readonly #others: OtherSends;
  readonly #ledger: QuotaLedger;
  readonly #sending: SendingConfig;
  readonly #clock: Clock;

  constructor(
    accounts: AccountsService,
    broadcasts: Broadcasts,
    followers: FollowersService,
    templates: TemplatesService,
    checks: BroadcastCheck,
    drafts: DraftFaults,
    basis: PreflightBasis,
    tests: LastTest,
    others: OtherSends,
    ledger: QuotaLedger,
    sending: SendingConfig,
    clock: Clock,
  ) {
    this.#accounts = accounts;
    this.#broadcasts = broadcasts;
    this.#followers = followers;
    this.#templates = templates;
    this.#checks = checks;
    this.#drafts = drafts;
    this.#basis = basis;
    this.#tests = tests;
    this.#others = others;
    this.#ledger = ledger;
    this.#sending = sending;
    this.#clock = clock;
  }

  async of(preflight: PreflightRecord): Promise<PreflightView> {
    const account = await this.#accounts.requireById(preflight.accountId);
    const { broadcastId } = preflight;
    const broadcast =
      broadcastId === null ? undefined : await this.#broadcasts.findBroadcast(broadcastId);
    const { facts, quota, perSecond } = await this.#look(preflight, account, broadcast);
    const isDone = preflight.state === 'done';
    const { startsAt, endsAt } = facts.forecast;
    return {
      ...(await this.#head(preflight, account)),
      stale: facts.stale,
      blockers: blockersOf(facts),
      warnings: isDone ? warningsOf(facts) : [],
      quota: isDone ? quota : null,
      perSecond: isDone ? perSecond : null,
      startsAt: isDone ? startsAt.toISOString() : null,
      etaSeconds:
        isDone && endsAt !== null
          ? Math.ceil((endsAt.getTime() - startsAt.getTime()) / 1_000)
          : null,
      endsAt: isDone ? (endsAt?.toISOString() ?? null) : null,
    };
  }

  /** What its own row says. */
  async #head(preflight: PreflightRecord, { appid }: Account) {
    const { id, broadcastId, revision, state, sources, readFrom, readTo, message } = preflight;
    const { duplicates, excluded, suppressed, unsubscribed, invalid, cap, recipients } = preflight;
    const scanned = sources.reduce((sum, count) => sum + count, 0);
    return {
      id,
      appid,
      broadcastId,
      revision,
      state,
      asOf:
        readFrom === null || readTo === null
          ? null
          : { from: readFrom.toISOString(), to: readTo.toISOString() },
      scanned,
      expected: state === 'done' ? scanned : await this.#expected(preflight),
      ...(preflight.untaken && { waitingFor: 'worker' as const }),
      problem: preflight.problem && problemNotice(preflight.problem.code),
      counts: {
        sources: scanned,
        duplicates,
        excluded,
        suppressed,
        unsubscribed,
        invalid,
        cap,
        recipients,
      },
      sources,
      samples: preflight.samples.map(({ openid }) => ({
        openid,
        fields: { ...message.fields },
        url: message.url ?? null,
      })),
    };
  }

  async #expected({ accountId, audience }: PreflightRecord): Promise<number | null> {
    if ('count' in audience) return audience.count;
    return audience.kind === 'all' ? ((await this.#followers.count(accountId)) ?? null) : null;
  }

  async #look(
    preflight: PreflightRecord,
    account: Account,
    broadcast: BroadcastRow | undefined,
  ): Promise<{
    readonly facts: Facts;
    readonly quota: PreflightQuotaView;
    readonly perSecond: number;
  }> {
    const { accountId, channel, templateId, recipients, broadcastId, message } = preflight;
    const now = this.#clock.now();
    const [beside, status, template, faults, stale, test] = await Promise.all([
      this.#others.beside(accountId, channel, { broadcastId, message, templateId }),
      this.#ledger.statusOf(accountId, channel),
      this.#templates.findTemplate(account, templateId),
      this.#faultsOf(preflight, account, broadcast),
      this.#isStale(preflight, account, broadcast),
      broadcastId === null ? undefined : this.#tests.of(broadcastId),
    ]);
    const settings = preflight.settings;
    const perSecond = Math.min(
      account.sendsPerSecond ?? this.#sending.sendsPerSecond,
      settings.sendsPerSecond ?? Infinity,
      beside.reached ?? Infinity,
    );
    const foreseen = forecast({
      recipients,
      now,
      startAt: settings.startAt === null ? null : new Date(settings.startAt),
      hours: settings.sendHours,
      perSecond,
      quota: status,
      others: beside.others,
      resetHour: this.#sending.quotaResetHour,
    });
    return {
      perSecond,
      facts: {
        preflight,
        account,
        now,
        faults,
        templateChangedAt: template?.changedAt ?? null,
        writtenAt: broadcast?.revisedAt ?? null,
        stale,
        tested: broadcastId === null ? null : test !== null && test?.stale === false,
        sameMessage: beside.sameMessage,
        forecast: foreseen,
      },
      quota: {
        limit: status.limit,
        used: status.ours + status.others,
        reservePercent: account.quotaReservePercent,
        reserved: beside.others.reduce((sum, other) => sum + other.recipients, 0),
        reservedPlan: [...foreseen.reserved],
        plan: [...foreseen.days],
      },
    };
  }

  /** What its message or audience would be refused for now. Of one that has begun, nothing is any more. */
  async #faultsOf(
    preflight: PreflightRecord,
    account: Account,
    broadcast: BroadcastRow | undefined,
  ): Promise<Facts['faults']> {
    if (broadcast?.state === 'draft') return this.#drafts.of(broadcast);
    if (broadcast !== undefined && broadcast.state !== 'scheduled') return [];
    const { channel, templateId, message, audience } = preflight;
    const faults = new FoundFaults();
    await this.#checks.examineMessage(account, { ...message, channel, templateId }, faults);
    await faults.of('audience', () =>
      this.#checks.requireSomebody(account, { channel, templateId }, audience),
    );
    return faults.found;
  }

  async #isStale(
    { id, basis, channel, templateId, message, audience, settings }: PreflightRecord,
    account: Account,
    broadcast: BroadcastRow | undefined,
  ): Promise<boolean> {
    if (broadcast === undefined) {
      const now = await this.#basis.of(account, {
        message: { channel, templateId, message },
        audience,
        listed: { preflightId: id },
        contactCap: settings.ignoresCap ? null : capOf(account.policy, null),
      });
      return basis !== now;
    }
    // Whoever is on record is not looked at any more.
    if (broadcast.expandedAt !== null || broadcast.draft !== null) return broadcast.draft !== null;
    const now = await this.#basis.of(account, {
      message: broadcast,
      audience: broadcast.audience,
      listed: { broadcastId: broadcast.id },
      contactCap: capOf(account.policy, broadcast.contactCap),
    });
    return basis !== now;
  }
}

const PROBLEMS: Readonly<Record<string, readonly [zh: string, en: string]>> = {
  walk_failed: [
    '多次读取受众都没有完成。请查看服务日志，再检查一次。',
    'Reading the audience has failed many times. Look into the log of the service, then check again.',
  ],
};

const problemNotice = (code: string): Notice => {
  const [zh, en] = PROBLEMS[code] ?? ['检查失败。', 'It failed.'];
  return { code, params: {}, zh, en };
};
