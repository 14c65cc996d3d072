import { Injectable } from '@nestjs/common';
import { both } from '../../kernel/bilingual.js';
import { DomainError } from '../../kernel/domain-error.js';
import { type AskedAudience, KnownRecipients } from './known-recipients.js';
import { type CheckedSubject, type GateRefusal, PreflightGate } from './preflight-gate.js';

/** By which request somebody has it sent: only a draft can meet what a gate asks for. */
type Way = 'start' | 'create' | 'change';

/** What the gates look at. */
export interface AskedStart extends CheckedSubject {
  readonly way: Way;
  /** Whether it comes with a confirmation, which has been checked. */
  readonly isConfirmed: boolean;
}

/**
 * Something that an account may ask for before a start: a refusal with 409, after which nothing is kept, or undefined
 * where it lets pass.
 */
type Gate = (
  start: AskedStart,
  count: (audience: AskedAudience) => Promise<number>,
) => Promise<GateRefusal | undefined>;

/** Asks of everybody who starts a broadcast, persons and keys alike, what its account wants before. */
@Injectable()
export class StartGates {
  readonly #recipients: KnownRecipients;
  /** In the order in which they are asked. They are asked where somebody acts, and never when a time has come. */
  readonly #gates: readonly Gate[];

  constructor(recipients: KnownRecipients, preflights: PreflightGate) {
    this.#recipients = recipients;
    this.#gates = [(start, count) => preflights.refusal(start, count), unconfirmed];
  }

  async pass(start: AskedStart): Promise<void> {
    for (const refusal of this.#gates) {
      const refused = await refusal(start, (audience) => this.#recipients.of(audience));
      if (refused === undefined) continue;
      const { code, message, details } = refused;
      throw new DomainError('conflict', code, message, { details: { ...details } });
    }
  }
}

async function unconfirmed(
  { account, audience, isConfirmed, way }: AskedStart,
  count: (audience: AskedAudience) => Promise<number>,
): Promise<GateRefusal | undefined> {
  const { confirmAbove = null } = account.policy;
  if (confirmAbove === null || isConfirmed) return undefined;
  const recipients = await count(audience);
  if (recipients <= confirmAbove) return undefined;
  const { zh, en } = HOW_TO_CONFIRM[way];
  return {
    code: 'confirm_required',
    message: both(
      `将发给 ${recipients} 人，超过公众号 policy.confirmAbove 的 ${confirmAbove} 人，需要确认：${zh}`,
      `it goes to ${recipients} people, and above ${confirmAbove} its account wants a confirmation (policy.confirmAbove): ${en}`,
      { recipients, confirmAbove },
    ),
    details: { recipients, confirmAbove },
  };
}

const HOW_TO_CONFIRM: Readonly<Record<Way, { readonly zh: string; readonly en: string }>> = {
  start: {
    zh: '请先 POST …/confirmation，再用它的 token 作为 confirm 开始。',
    en: 'ask for one with POST …/confirmation, and start with its token as `confirm`',
  },
  create: {
    zh: '请用 draft: true 新建，再 POST …/confirmation 和 …/start。',
    en: 'make it with draft: true, then POST …/confirmation and …/start',
  },
  change: {
    zh: '请先 POST …/unschedule，修改之后再 POST …/confirmation 和 …/start。',
    en: 'POST …/unschedule first, change it, then POST …/confirmation and …/start',
  },
};
