import { Injectable } from '@nestjs/common';
import { SendingConfig } from '../../config/config.js';
import { Clock } from '../../kernel/clock.js';
import { KnownRecipients } from '../compose/known-recipients.js';
import { undoableStart } from '../engine/lifecycle/schedule.js';
import { type BroadcastReport, BroadcastReports } from '../progress/broadcast-reports.js';
import { skippedIn, toAccountView } from '../progress/broadcast-view.dto.js';
import { type SendPlan, sendPlan } from '../progress/send-plan.js';
import type { ConfirmationView, ConfirmedVerb } from './confirmation.dto.js';
import { Confirmations } from './confirmations.js';
import { StartCheck } from './start-check.js';

/** From so many recipients on their number is typed, where the account does not say from how many on. */
const TYPED_ABOVE = 10_000;

/** Shows what a start would do, and gives the token that says so. */
@Injectable()
export class Confirming {
  readonly #reports: BroadcastReports;
  readonly #checks: StartCheck;
  readonly #recipients: KnownRecipients;
  readonly #confirmations: Confirmations;
  readonly #sending: SendingConfig;
  readonly #clock: Clock;

  constructor(
    reports: BroadcastReports,
    checks: StartCheck,
    recipients: KnownRecipients,
    confirmations: Confirmations,
    sending: SendingConfig,
    clock: Clock,
  ) {
    this.#reports = reports;
    this.#checks = checks;
    this.#recipients = recipients;
    this.#confirmations = confirmations;
    this.#sending = sending;
    this.#clock = clock;
  }

  /** Refuses what could not be started as it is. */
  async ask(id: string, verb: ConfirmedVerb): Promise<ConfirmationView> {
    const report = await this.#reports.requireReport(id);
    const { broadcast, counts } = report;
    const { account, audience } = await this.#checks.of(broadcast, verb);
    const { recipients, leftOut } = await this.#recipients.reach(audience);
    // Of a frozen audience, whoever is spared is on record.
    const spared = audience.expandedAt === null ? leftOut : skippedIn(report.tallies);
    const type =
      recipients > (account.policy.confirmAbove ?? TYPED_ABOVE) ? String(recipients) : null;
    const shown = { broadcast, account, templateId: audience.templateId, verb };
    const { token, expiresAt } = await this.#confirmations.issue(shown, { recipients, type });
    const { startsAt, endsAt, days } = this.#plan(report, verb, recipients);
    return {
      token,
      expiresAt: expiresAt.toISOString(),
      revision: broadcast.revision,
      facts: {
        recipients,
        leftOut: spared === undefined ? null : [...spared],
        account: { appid: report.appid, ...toAccountView(report.account) },
        startsAt: startsAt.toISOString(),
        endsAt: endsAt?.toISOString() ?? null,
        days: [...days],
        reviewing: counts.reviewing,
        unknown: counts.unknown,
        inFlight: counts.queued + counts.sending,
      },
      type,
    };
  }

  /** At the caps: how fast the account may send at this moment says little about then. */
  #plan(
    { broadcast, account, quota }: BroadcastReport,
    verb: ConfirmedVerb,
    recipients: number,
  ): SendPlan {
    const now = this.#clock.now();
    const { startAt } = undoableStart(broadcast, now, account.policy.undoSeconds);
    const { sendsPerSecond, quotaResetHour } = this.#sending;
    return sendPlan({
      recipients,
      from: verb === 'start' && startAt !== null && startAt > now ? startAt : now,
      perSecond: Math.min(
        account.sendsPerSecond ?? sendsPerSecond,
        broadcast.sendsPerSecond ?? Infinity,
      ),
      hours: broadcast.sendHours,
      quota,
      resetHour: quotaResetHour,
    });
  }
}
