import { Injectable, Logger } from '@nestjs/common';
import { SendingConfig } from '../../../config/config.js';
import { RecentlyAsked } from '../../../kernel/recently-asked.js';
import { PaceControl } from '../../../pacing/pace-control.js';
import { QuotaLedger } from '../../../pacing/quota-ledger.js';
import { type Hold, Holds } from '../holds/holds.js';
import { ManyHolds } from '../holds/account-holds.js';
import type { Addressee } from '../record/addressee.js';
import type { Consequence } from './outcome.js';
import { TemplateConfirmation } from './template-confirmation.js';

/** The same consequence of the same broadcast is drawn once in this time, however many sends ask. */
const QUIET_MS = 1_000;
/** Days begin with an hour: a call before midnight says nothing about one after it. */
const HOUR_MS = 3_600_000;

const templateGone = (errmsg: string): string =>
  `微信的模板列表里已没有这个模板。请取消这个广播，换一个模板另建。 ` +
  `WeChat's own list no longer has this template. Cancel this broadcast and create another one with a ` +
  `template that exists. (${errmsg})`;

/** Draws what a refusal means beyond its own row: a hold, a rest of the account. */
@Injectable()
export class Consequences {
  readonly #logger = new Logger(Consequences.name);
  readonly #drawn = new RecentlyAsked<void>(QUIET_MS);

  constructor(
    private readonly holds: Holds,
    private readonly manyHolds: ManyHolds,
    private readonly pace: PaceControl,
    private readonly quota: QuotaLedger,
    private readonly templates: TemplateConfirmation,
    private readonly sending: SendingConfig,
  ) {}

  /**
   * Resolves once it is on record. Never fails: while the database is away the row's own outcome must
   * not be lost with it, and the next refusal asks again.
   */
  async draw(to: Addressee, consequence: Consequence): Promise<void> {
    const { kind } = consequence;
    const key = `${kind}-${scopeOf(to, consequence)}`;
    await this.#drawn.ask(key, () =>
      this.#draw(to, consequence).catch((err: unknown) => {
        this.#drawn.forget(key);
        this.#logger.warn(
          { broadcastId: to.broadcastId, kind, err },
          'a consequence was not drawn',
        );
      }),
    );
  }

  async #draw(to: Addressee, consequence: Consequence): Promise<void> {
    const { accountId, channel, calledAt } = to;
    switch (consequence.kind) {
      case 'slow-down':
        return this.pace.rest(accountId, this.sending.sendsPerSecond);
      case 'quota-spent': {
        const { errcode, rid, detail } = consequence;
        await this.quota.markSpent(accountId, channel, calledAt);
        const until = this.quota.resetAfter(calledAt);
        const hold = { reason: 'quota', until, errcode, rid, detail } as const;
        return this.manyHolds.holdAccount(accountId, hold, channel);
      }
      case 'confirm-template':
        return this.#confirmTemplate(to, consequence);
      case 'hold': {
        const { ourBug, errcode, rid, detail } = consequence;
        const code = ourBug ? 'our_bug' : 'wechat_refused';
        return this.#hold(to, { reason: 'problem', code, errcode, rid, detail });
      }
    }
  }

  /** Listed or not known: the row goes back as it is, and may be refused again a little later. */
  async #confirmTemplate(
    to: Addressee,
    { errcode, rid, detail }: Extract<Consequence, { kind: 'confirm-template' }>,
  ): Promise<void> {
    if ((await this.templates.ask(to.broadcastId)) !== 'gone') return;
    await this.#hold(to, {
      reason: 'problem',
      code: 'template_gone',
      errcode,
      rid,
      detail: templateGone(detail),
    });
  }

  async #hold({ broadcastId, openid }: Addressee, hold: Hold): Promise<void> {
    if (!(await this.holds.hold(broadcastId, { ...hold, openid }))) return;
    const { code, errcode, rid, detail } = hold;
    const fields = { broadcastId, code, errcode, rid, detail };
    if (code === 'our_bug') this.#logger.error(fields, 'WeChat could not read what we sent');
    else this.#logger.warn(fields, 'broadcast held');
  }
}

/** Whom a consequence is about; of one scope it is drawn once. A day's quota is that of one path. */
function scopeOf(
  { accountId, broadcastId, channel, calledAt }: Addressee,
  { kind }: Consequence,
): string {
  if (kind === 'hold' || kind === 'confirm-template') return broadcastId;
  return kind === 'slow-down'
    ? String(accountId)
    : `${accountId}-${channel}-${Math.floor(calledAt.getTime() / HOUR_MS)}`;
}
