import type { Account } from '../accounts/account.js';
import { both } from '../kernel/bilingual.js';
import { DomainError } from '../kernel/domain-error.js';

/** A path names a template that the account does not have. */
export const templateNotFound = (appid: string, templateId: string): DomainError =>
  new DomainError(
    'not-found',
    'template_not_found',
    both(
      `${appid} 没有模板 ${templateId.slice(0, 64)}；若刚添加，请先同步。`,
      `${appid} has no template ${templateId.slice(0, 64)}: sync if it was added lately.`,
      { appid, templateId: templateId.slice(0, 64) },
    ),
  );

/** A body names a template that the account does not have. */
export const unknownTemplate = (account: Account, templateId: string): DomainError =>
  new DomainError(
    'unprocessable',
    'template_not_found',
    both(
      `${account.appid} 没有模板 ${templateId.slice(0, 64)}：请先用 POST /v1/accounts/${account.appid}/templates/sync 同步，再从 GET /v1/accounts/${account.appid}/templates 中选用。`,
      `${account.appid} has no template ${templateId.slice(0, 64)}: sync with ` +
        `POST /v1/accounts/${account.appid}/templates/sync, then pick one of GET /v1/accounts/${account.appid}/templates`,
      { appid: account.appid, templateId: templateId.slice(0, 64) },
    ),
  );
