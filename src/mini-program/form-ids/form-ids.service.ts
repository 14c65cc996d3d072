import { Injectable } from '@nestjs/common';
import type { Account } from '../../accounts/account.js';
import { page, type Page } from '../../http/cursor.js';
import { both } from '../../kernel/bilingual.js';
import { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/domain-error.js';
import type { Openid } from '../../kernel/ids.js';
import { checkFormIds } from './check-form-ids.js';
import { type FormIdCounts, FormIdRepository, type FormIdStock } from './form-id.repository.js';

export interface FormIdsStored {
  readonly stored: number;
  readonly duplicates: number;
  readonly expired: number;
}

/** Collects form_ids, and shows what there is. */
@Injectable()
export class FormIdsService {
  readonly #formIds: FormIdRepository;
  readonly #clock: Clock;

  constructor(formIds: FormIdRepository, clock: Clock) {
    this.#formIds = formIds;
    this.#clock = clock;
  }

  /** Stores all form_ids of the body, or none. Harmless to repeat. */
  async collect(account: Account, body: unknown): Promise<FormIdsStored> {
    requireMiniProgram(account);
    const { items, duplicates, expired } = checkFormIds(body, this.#clock.now());
    const stored = await this.#formIds.add(account.id, items);
    return { stored, duplicates: duplicates + items.length - stored, expired };
  }

  /** People who have live form_ids, in the order of their openids. */
  async list(
    account: Account,
    { after, limit }: { after?: Openid; limit: number },
  ): Promise<Page<FormIdCounts>> {
    requireMiniProgram(account);
    const rows = await this.#formIds.countsOfMany(account.id, after ?? '', limit + 1);
    return page(rows, limit, ({ openid }) => openid);
  }

  async of(account: Account, openid: Openid): Promise<FormIdStock> {
    requireMiniProgram(account);
    return this.#formIds.stockOf(account.id, openid);
  }
}

function requireMiniProgram(account: Account): void {
  if (account.kind === 'mini_program') return;
  throw new DomainError(
    'unprocessable',
    'account_kind_without_form_ids',
    both(
      `${account.appid} 是服务号，只有小程序才有 form_id，请换用小程序。`,
      `${account.appid} is a service account: only mini programs have form_ids`,
      { appid: account.appid },
    ),
  );
}
