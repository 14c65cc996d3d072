import { Injectable } from '@nestjs/common';
import type { Account } from '../../accounts/account.js';
import { DomainError } from '../../kernel/domain-error.js';
import type { BroadcastRow } from '../engine/record/broadcasts.js';
import type { DraftRequest } from '../engine/record/engine.tables.js';
import { type AudienceRequest, OpenidsAudienceDto } from './audience.dto.js';
import { BroadcastCheck } from './broadcast-check.service.js';
import { settingsIn, settingsWithout } from './broadcast-settings.js';
import type { BroadcastSettings, CheckedAudience, CheckedMessage } from './checked-broadcast.js';
import { type ReadDraft, refuseTooLarge } from './draft-reading.js';
import { CONTENT_MEMBERS, contentOf } from './message-content.js';
import { MISSING_AUDIENCE } from './missing-audience.js';

/** What is written of a draft. Members that fit are in columns, so a broadcast that starts is read from there. */
export interface DraftColumns {
  readonly settings: Partial<BroadcastSettings>;
  readonly message: CheckedMessage;
  /** Undefined where the request names none: it stays. */
  readonly audience?: CheckedAudience | undefined;
  /** The members that do not fit, as they were given; null where there are none. */
  readonly draft: DraftRequest | null;
}

/** A draft as it was before a change; a new one has nothing. */
type Before = Pick<BroadcastRow, 'channel' | 'templateId' | 'message' | 'draft'>;
const NOTHING: Before = {
  channel: 'template',
  templateId: '',
  message: { fields: {} },
  draft: null,
};

/** The longest list of openids that is kept though some are malformed. */
const KEPT_OPENIDS = 200;

/** Decides what of a draft's members goes into columns and what is kept as it was given. */
@Injectable()
export class DraftComposition {
  readonly #checks: BroadcastCheck;

  constructor(checks: BroadcastCheck) {
    this.#checks = checks;
  }

  async columnsOf(
    account: Account,
    { fitting, raw: misfits, removed }: ReadDraft,
    before: Before = NOTHING,
  ): Promise<DraftColumns> {
    const raw = new Map(Object.entries(before.draft ?? {}));
    for (const name of [...namedIn(fitting), ...removed]) raw.delete(name);
    for (const [name, value] of Object.entries(misfits)) raw.set(name, value);
    const { exclude } = fitting;
    if (exclude !== undefined && exclude !== null && exclude !== false) raw.set('exclude', exclude);

    const templateId =
      removed.has('templateId') || 'templateId' in misfits
        ? ''
        : (fitting.templateId ?? before.templateId);
    const channel = 'channel' in misfits ? 'template' : (fitting.channel ?? before.channel);
    const asked = Object.assign({}, fitting, { templateId, channel });
    const fields = await this.#fieldsOf(account, asked, raw, before);
    const request = Object.fromEntries(
      CONTENT_MEMBERS.map((name) => {
        if (name in misfits) return [name, undefined];
        return [name, fitting[name] === undefined ? before.message[name] : fitting[name]];
      }),
    );
    const audience = await this.#audienceOf(
      account,
      fitting.audience,
      raw,
      removed.has('audience'),
    );
    const kept = Object.fromEntries(raw);
    refuseTooLarge(kept, true);
    return {
      settings: { ...settingsIn(fitting), ...settingsWithout(Object.keys(misfits)) },
      message: { channel, templateId, message: contentOf(fields, { ...request, templateId }) },
      audience,
      draft: raw.size === 0 ? null : kept,
    };
  }

  /** What cannot be sent to leaves nobody on record: no list that stood there before is sent to by mistake. */
  async #audienceOf(
    account: Account,
    given: AudienceRequest | null | undefined,
    raw: Map<string, unknown>,
    isRemoved: boolean,
  ): Promise<CheckedAudience | undefined> {
    if (isRemoved || raw.has('audience')) return MISSING_AUDIENCE;
    if (given === undefined || given === null) return undefined;
    try {
      return await this.#checks.resolveAudience(account, given);
    } catch (error) {
      const isLong = given instanceof OpenidsAudienceDto && given.openids.length > KEPT_OPENIDS;
      if (!(error instanceof DomainError) || isLong) throw error;
    }
    raw.set('audience', Object.assign({}, given));
    return MISSING_AUDIENCE;
  }

  /** The values that are text; what else stands in their place, or a text that cannot be read, is kept as it is. */
  async #fieldsOf(
    account: Account,
    given: Parameters<BroadcastCheck['valuesIn']>[1],
    raw: Map<string, unknown>,
    before: Before,
  ): Promise<Readonly<Record<string, string>>> {
    const { fields, content } = given;
    if (raw.has('fields') && (fields ?? null) === null && (content ?? null) === null) return {};
    if ((fields ?? null) !== null && (content ?? null) !== null) {
      raw.set('fields', fields).set('content', content);
      return {};
    }
    if (content !== undefined && content !== null) {
      raw.delete('fields');
      const values = await this.#checks.valuesIn(account, given);
      if (values === undefined) raw.set('content', content);
      return values ?? {};
    }
    if (fields === undefined) return raw.has('content') ? {} : before.message.fields;
    raw.delete('content');
    if (fields === null) return {};
    if (Object.values(fields).every((value: unknown) => typeof value === 'string')) return fields;
    raw.set('fields', fields);
    return {};
  }
}

const namedIn = (fitting: object): string[] =>
  Object.entries(fitting).flatMap(([name, value]) => (value === undefined ? [] : [name]));
