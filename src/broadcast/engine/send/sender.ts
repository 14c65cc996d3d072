import { Injectable } from '@nestjs/common';
import { Clock } from '../../../kernel/clock.js';
import { clientMsgId } from '../../../kernel/ids.js';
import { AcceptanceNotes } from './acceptance-notes.js';
import type { Claim } from './claim.service.js';
import { SideEffects } from './side-effects.js';
import { judge, type Judgement, type Outcome } from './outcome.js';
import type { PreparedBroadcast } from './prepared-broadcasts.js';
import { SendReports } from './send-reports.js';
import { InFlightCheck } from './in-flight-check.js';

/** Both of two colliding sends give way, for a random time between these (ms): one of them is first the next time. */
const YIELD_MS = { min: 300, max: 1_500 };

/** The outcome of a claim that gives way to another message to the same recipient. */
const yielded = (): Outcome => ({
  kind: 'unsent',
  delayMs: Math.round(YIELD_MS.min + Math.random() * (YIELD_MS.max - YIELD_MS.min)),
  uncounted: true,
  noCall: true,
});
const TOO_DOUBTFUL: Outcome = { kind: 'unknown', noCall: true };

/** Step 5: uses one claim for at most one message, and applies what the answer means beyond its own row. */
@Injectable()
export class Sender {
  readonly #inFlightCheck: InFlightCheck;
  readonly #reports: SendReports;
  readonly #sideEffects: SideEffects;
  readonly #acceptances: AcceptanceNotes;
  readonly #clock: Clock;

  constructor(
    inFlightCheck: InFlightCheck,
    reports: SendReports,
    sideEffects: SideEffects,
    acceptances: AcceptanceNotes,
    clock: Clock,
  ) {
    this.#inFlightCheck = inFlightCheck;
    this.#reports = reports;
    this.#sideEffects = sideEffects;
    this.#acceptances = acceptances;
    this.#clock = clock;
  }

  async send(broadcast: PreparedBroadcast, claim: Claim): Promise<Outcome> {
    const { account, channel } = broadcast;
    const calledAt = this.#clock.now();
    // The sweep ends such rows. If one comes here all the same, it must not be tried.
    if (claim.inDoubt && channel.protection === 'none') return TOO_DOUBTFUL;
    if (
      channel.oneAtATime &&
      !(await this.#inFlightCheck.isOnlyOne({ accountId: account.id, ...claim }))
    )
      return yielded();
    const { outcome, sideEffect } = await this.#call(broadcast, claim);
    if (outcome.kind === 'accepted' && outcome.msgid !== null)
      this.#acceptances.accepted(account.id, calledAt);
    if (sideEffect) {
      const { broadcastId, openid } = claim;
      const to = { accountId: account.id, channel: channel.name, broadcastId, openid, calledAt };
      // The side effect comes before the settlement: a row that came back while nothing holds its broadcast would be
      // refused again.
      await this.#sideEffects.apply(to, sideEffect);
    }
    return outcome;
  }

  async #call({ account, channel, message }: PreparedBroadcast, claim: Claim): Promise<Judgement> {
    const { broadcastId, openid, attemptGroup, inDoubt, vars, mayWrite } = claim;
    const startedAt = performance.now();
    let judgement: Judgement;
    let failure: unknown;
    try {
      const msgid = await channel.send(account, message, {
        openid,
        broadcastId,
        clientMsgId: clientMsgId(broadcastId, openid, attemptGroup),
        inDoubt,
        vars,
        mayWrite,
      });
      judgement = { outcome: { kind: 'accepted', msgid } };
    } catch (error) {
      failure = error;
      judgement = judge(error, { ...claim, channel });
      this.#reports.failed(claim, error);
    }
    this.#reports.answered({ accountId: account.id, broadcastId, openid }, failure);
    this.#reports.attempted(account, judgement.outcome, performance.now() - startedAt);
    return judgement;
  }
}
