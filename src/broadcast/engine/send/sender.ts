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

/** Both sides of a collision give way: the spread, in milliseconds, decides who is first the next time. */
const YIELD_MS = { least: 300, most: 1_500 };

/** What a claim that must not be used comes to. */
const YIELDED = (): Outcome => ({
  kind: 'unsent',
  delayMs: Math.round(YIELD_MS.least + Math.random() * (YIELD_MS.most - YIELD_MS.least)),
  spared: true,
  noCall: true,
});
const TOO_DOUBTFUL: Outcome = { kind: 'unknown', noCall: true };

/** Step 5: one claim, at most one message, and what its answer means beyond its own row. */
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
    // The sweep leaves none such; a row that is in doubt all the same must not be tried.
    if (claim.inDoubt && channel.protection === 'none') return TOO_DOUBTFUL;
    if (
      channel.oneAtATime &&
      !(await this.#inFlightCheck.isOnlyOne({ accountId: account.id, ...claim }))
    )
      return YIELDED();
    const { outcome, sideEffect: consequence } = await this.#call(broadcast, claim);
    if (outcome.kind === 'accepted' && outcome.msgid !== null)
      this.#acceptances.accepted(account.id, calledAt);
    if (consequence) {
      const { broadcastId, openid } = claim;
      const to = { accountId: account.id, channel: channel.name, broadcastId, openid, calledAt };
      // Before the row is settled: one that is back while its broadcast still runs would only be refused again.
      await this.#sideEffects.apply(to, consequence);
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
