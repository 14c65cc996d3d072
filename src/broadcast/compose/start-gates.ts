import { Injectable } from '@nestjs/common';
import type { AccountPolicy } from '../../accounts/account-policy.js';
import { both, type Bilingual } from '../../kernel/bilingual.js';
import { DomainError } from '../../kernel/domain-error.js';
import { type AskedAudience, KnownRecipients } from './known-recipients.js';

/** By which request somebody has it sent: only a draft can meet what a gate asks for. */
type Way = 'start' | 'create' | 'change';

/** What the gates look at. */
export interface AskedStart {
  readonly way: Way;
  readonly policy: AccountPolicy;
  readonly audience: AskedAudience;
  /** Whether it comes with a confirmation, which has been checked. */
  readonly isConfirmed: boolean;
}

/** Something that an account may ask for before a start. */
interface Gate {
  /** Of the 409 with which it refuses; nothing is kept then. */
  readonly code: string;
  /** Undefined where it lets pass. */
  readonly refuses: (
    start: AskedStart,
    count: (audience: AskedAudience) => Promise<number>,
  ) => Promise<{ readonly message: Bilingual; readonly details: object } | undefined>;
}

/** In the order in which they are asked. They are asked where somebody acts, and never when a time has come. */
const GATES: readonly Gate[] = [{ code: 'confirm_required', refuses: unconfirmed }];

/** Asks of everybody who starts a broadcast, persons and keys alike, what its account wants before. */
@Injectable()
export class StartGates {
  readonly #recipients: KnownRecipients;

  constructor(recipients: KnownRecipients) {
    this.#recipients = recipients;
  }

  async pass(start: AskedStart): Promise<void> {
    for (const { code, refuses } of GATES) {
      const refusal = await refuses(start, (audience) => this.#recipients.of(audience));
      if (refusal === undefined) continue;
      throw new DomainError('conflict', code, refusal.message, { details: { ...refusal.details } });
    }
  }
}

async function unconfirmed(
  { policy, audience, isConfirmed, way }: AskedStart,
  count: (audience: AskedAudience) => Promise<number>,
): ReturnType<Gate['refuses']> {
  const { confirmAbove = null } = policy;
  if (confirmAbove === null || isConfirmed) return undefined;
  const recipients = await count(audience);
  if (recipients <= confirmAbove) return undefined;
  const { zh, en } = HOW_TO_CONFIRM[way];
  return {
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
