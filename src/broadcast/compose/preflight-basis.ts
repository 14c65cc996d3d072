import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Kysely, type RawBuilder, sql } from 'kysely';
import type { Account } from '../../accounts/account.js';
import type { ContactCap } from '../engine/record/engine.tables.js';
import { TemplatesService } from '../../templates/templates.service.js';
import type { ResolvedAudience } from '../../audiences/record/resolved-audience.js';
import type { BroadcastTables } from '../engine/record/engine.tables.js';
import type { CheckedMessage } from './checked-broadcast.js';
import { sortedJson } from './sorted-json.js';

type Listed =
  readonly string[] | { readonly broadcastId: string } | { readonly preflightId: string };

/** What a preflight depends on. */
export interface PreflightSubject {
  readonly message: CheckedMessage;
  readonly audience: ResolvedAudience;
  /** Of a list of openids: the list, or what has it on record. */
  readonly listed: Listed;
  /** In force for it; null where there is none. */
  readonly contactCap: ContactCap | null;
}

/**
 * What a preflight has looked at: the message, its template as WeChat has it, the audience and the policy. A name, a
 * time or a rate is no part of it.
 */
@Injectable()
export class PreflightBasis {
  readonly #db: Kysely<BroadcastTables>;
  readonly #templates: TemplatesService;

  constructor(db: Kysely<BroadcastTables>, templates: TemplatesService) {
    this.#db = db;
    this.#templates = templates;
  }

  /**
   * A hash: two of them are equal where two preflights would ask the same.
   *
   * @param db the transaction that has just written the list
   */
  async of(
    account: Account,
    { message: checked, audience, listed, contactCap }: PreflightSubject,
    db: Kysely<BroadcastTables> = this.#db,
  ): Promise<string> {
    const { channel, templateId, message } = checked;
    const { title, content } = (await this.#templates.findTemplate(account, templateId)) ?? {};
    const list = audience.kind === 'openids' ? await listHash(db, listed) : undefined;
    return createHash('sha256')
      .update(
        sortedJson({ channel, templateId, title, content, message, audience, list, contactCap }),
      )
      .digest('base64url');
  }
}

/** Of a list in whatever order: the database hashes it, so that no request waits for it. */
async function listHash(db: Kysely<BroadcastTables>, listed: Listed): Promise<string> {
  const openids = openidsOf(listed);
  const { rows } = await sql<{ hash: string }>`
    select encode(sha256(convert_to(
      coalesce(string_agg(openid, ' ' order by openid collate "C"), ''), 'UTF8')), 'hex') as hash
    from (${openids}) list`.execute(db);
  return rows[0]?.hash ?? '';
}

function openidsOf(listed: Listed): RawBuilder<unknown> {
  if ('broadcastId' in listed)
    return sql`select openid from broadcast_member where broadcast_id = ${listed.broadcastId}`;
  return 'preflightId' in listed
    ? sql`select openid from preflight_member where preflight_id = ${listed.preflightId}`
    : sql`select openid from unnest(${[...listed]}::text[]) given (openid)`;
}
