import { Injectable, Logger } from '@nestjs/common';
import { SendingConfig } from '../../../config/config.js';
import { RecentlyAsked } from '../../../kernel/recently-asked.js';
import { PaceControl } from '../../../pacing/pace-control.js';
import { QuotaLedger } from '../../../pacing/quota-ledger.js';
import { type Hold, Holds } from '../holds/holds.js';
import { AccountHolds } from '../holds/account-holds.js';
import type { Addressee } from '../record/addressee.js';
import type { SideEffect } from './outcome.js';
import { TemplateConfirmation } from './template-confirmation.js';

/** A side effect is applied once for its scope in this time (ms), however many sends ask for it. */
const QUIET_MS = 1_000;
/** Quota days begin on the hour, and a call before that hour says nothing about one after it. */
const HOUR_MS = 3_600_000;

const templateGone = (errmsg: string): string =>
  `微信的模板列表里已没有这个模板。请终止这个发送任务，换一个模板另建。 ` +
  `WeChat's own list no longer has this template. Cancel this broadcast and create another one with a ` +
  `template that exists. (${errmsg})`;

/** Applies what a refusal means beyond its own row: a hold, a spent quota, a rest of the account. */
@Injectable()
export class SideEffects {
  readonly #logger = new Logger(SideEffects.name);
  readonly #applied = new RecentlyAsked<void>(QUIET_MS);
  readonly #holds: Holds;
  readonly #accountHolds: AccountHolds;
  readonly #pace: PaceControl;
  readonly #quota: QuotaLedger;
  readonly #templates: TemplateConfirmation;
  readonly #sending: SendingConfig;

  constructor(
    holds: Holds,
    accountHolds: AccountHolds,
    pace: PaceControl,
    quota: QuotaLedger,
    templates: TemplateConfirmation,
    sending: SendingConfig,
  ) {
    this.#holds = holds;
    this.#accountHolds = accountHolds;
    this.#pace = pace;
    this.#quota = quota;
    this.#templates = templates;
    this.#sending = sending;
  }

  /**
   * Resolves once the side effect is on record. Never fails: while the database is away the row's own outcome must not
   * be lost as well, and the next refusal asks for the side effect again.
   */
  async apply(to: Addressee, sideEffect: SideEffect): Promise<void> {
    const { kind } = sideEffect;
    const key = `${kind}-${scopeOf(to, sideEffect)}`;
    await this.#applied.ask(key, () =>
      this.#apply(to, sideEffect).catch((err: unknown) => {
        this.#applied.forget(key);
        this.#logger.warn(
          { broadcastId: to.broadcastId, kind, err },
          'a side effect of a refusal was not applied; the next refusal asks again',
        );
      }),
    );
  }

  async #apply(to: Addressee, sideEffect: SideEffect): Promise<void> {
    const { accountId, channel, calledAt } = to;
    switch (sideEffect.kind) {
      case 'slow-down':
        return this.#pace.rest(accountId, this.#sending.sendsPerSecond);
      case 'quota-spent': {
        const { errcode, rid, detail } = sideEffect;
        await this.#quota.markSpent(accountId, channel, calledAt);
        const until = this.#quota.resetAfter(calledAt);
        const hold = { reason: 'quota', until, errcode, rid, detail } as const;
        return this.#accountHolds.holdAccount(accountId, hold, channel);
      }
      case 'confirm-template':
        return this.#confirmTemplate(to, sideEffect);
      case 'hold': {
        const { ourBug, errcode, rid, detail } = sideEffect;
        const code = ourBug ? 'our_bug' : 'wechat_refused';
        return this.#hold(to, { reason: 'problem', code, errcode, rid, detail });
      }
    }
  }

  /** Where the template is listed, or its list cannot be had, nothing is held: the row is tried again a little later. */
  async #confirmTemplate(
    to: Addressee,
    { errcode, rid, detail }: Extract<SideEffect, { kind: 'confirm-template' }>,
  ): Promise<void> {
    if ((await this.#templates.ask(to.broadcastId)) !== 'gone') return;
    await this.#hold(to, {
      reason: 'problem',
      code: 'template_gone',
      errcode,
      rid,
      detail: templateGone(detail),
    });
  }

  async #hold({ broadcastId, openid }: Addressee, hold: Hold): Promise<void> {
    if (!(await this.#holds.hold(broadcastId, { ...hold, openid }))) return;
    const { code, errcode, rid, detail } = hold;
    const fields = { broadcastId, code, errcode, rid, detail };
    if (code === 'our_bug') this.#logger.error(fields, 'WeChat could not read what we sent');
    else this.#logger.warn(fields, 'broadcast held');
  }
}

/** What a side effect is about: one broadcast, one account, or the day's quota of one account and channel. */
function scopeOf(
  { accountId, broadcastId, channel, calledAt }: Addressee,
  { kind }: SideEffect,
): string {
  if (kind === 'hold' || kind === 'confirm-template') return broadcastId;
  return kind === 'slow-down'
    ? String(accountId)
    : `${accountId}-${channel}-${Math.floor(calledAt.getTime() / HOUR_MS)}`;
}
