import { Injectable } from '@nestjs/common';
import { Kysely } from 'kysely';
import type { Account } from '../../accounts/account.js';
import { type Bilingual, both } from '../../kernel/bilingual.js';
import type { BroadcastTables, CapOverride } from '../engine/record/engine.tables.js';
import type { CheckedMessage } from './checked-broadcast.js';
import { capOf } from './contact-cap-of.js';
import type { AskedAudience } from './known-recipients.js';
import { PreflightBasis } from './preflight-basis.js';

/** What is started, as a preflight would have to have seen it. */
export interface CheckedSubject {
  readonly account: Account;
  readonly message: CheckedMessage;
  readonly audience: AskedAudience;
  /** Of a list that is on no broadcast's record yet. */
  readonly openids?: readonly string[] | undefined;
  readonly contactCap: CapOverride | null;
  /** The preflight that a one-call create names; of a broadcast it is the newest. */
  readonly preflightId?: string | null | undefined;
}

export interface GateRefusal {
  readonly code: string;
  readonly message: Bilingual;
  readonly details: object;
}

type Found = 'none' | 'running' | 'failed' | 'stale' | 'blocked' | 'good';

/** Whether somebody has looked at the very same before it starts. */
@Injectable()
export class PreflightGate {
  readonly #db: Kysely<BroadcastTables>;
  readonly #basis: PreflightBasis;

  constructor(db: Kysely<BroadcastTables>, basis: PreflightBasis) {
    this.#db = db;
    this.#basis = basis;
  }

  async refusal(
    subject: CheckedSubject,
    count: (audience: AskedAudience) => Promise<number>,
  ): Promise<GateRefusal | undefined> {
    const { account, audience } = subject;
    const { preflightAbove: above = null } = account.policy;
    // Of an audience that is on record, everybody knows whom it goes to.
    if (above === null || audience.expandedAt !== null) return undefined;
    const found = await this.#find(subject);
    if (found === 'good') return undefined;
    const recipients = await count(audience);
    if (recipients <= above) return undefined;
    const [zh, en] = WHY[found];
    return {
      code: CODES[found],
      message: both(
        `将发给约 ${recipients} 人，超过公众号 policy.preflightAbove 的 ${above} 人：${zh}`,
        `it goes to about ${recipients} people, and above ${above} its account wants a preflight (policy.preflightAbove): ${en}`,
        { recipients, preflightAbove: above },
      ),
      details: { recipients, preflightAbove: above },
    };
  }

  async #find({ account, message, audience, openids, ...given }: CheckedSubject): Promise<Found> {
    const { id: broadcastId } = audience;
    const { preflightId } = given;
    const rows = this.#db
      .selectFrom('preflight')
      .select(['state', 'basis', 'recipients'])
      .where('accountId', '=', account.id);
    const preflight =
      typeof preflightId === 'string'
        ? await rows.where('id', '=', preflightId).executeTakeFirst()
        : broadcastId === ''
          ? undefined
          : await rows
              .where('broadcastId', '=', broadcastId)
              .orderBy('id', 'desc')
              .limit(1)
              .executeTakeFirst();
    if (preflight === undefined) return 'none';
    if (preflight.state !== 'done') return preflight.state;
    const basis = await this.#basis.of(account, {
      message,
      audience: audience.audience,
      listed: openids ?? { broadcastId },
      contactCap: capOf(account.policy, given.contactCap),
    });
    if (basis !== preflight.basis) return 'stale';
    return preflight.recipients === 0 ? 'blocked' : 'good';
  }
}

const CODES: Readonly<Record<Exclude<Found, 'good'>, string>> = {
  none: 'preflight_required',
  running: 'preflight_required',
  failed: 'preflight_required',
  stale: 'preflight_stale',
  blocked: 'preflight_blocked',
};

const WHY: Readonly<Record<Exclude<Found, 'good'>, readonly [zh: string, en: string]>> = {
  none: [
    '请先做发送前检查：草稿用 POST …/preflight，一次创建用 POST /v1/broadcasts/preflight 并带上 preflightId。',
    'ask for one first, with POST …/preflight of a draft, or POST /v1/broadcasts/preflight and its id as `preflightId`',
  ],
  running: ['检查还没有完成，请稍候。', 'it is not finished yet: wait for it'],
  failed: ['上次检查没有完成，请再做一次。', 'the last one failed: ask for another'],
  stale: [
    '检查之后内容、受众、模板或频次限制改过，请重新检查。',
    'message, audience, template or contact cap have changed since: ask for another',
  ],
  blocked: [
    '检查发现有问题挡住发送，请看它的 blockers，改好后重新检查。',
    'it found what is in the way, see its blockers: mend that, then ask for another',
  ],
};
