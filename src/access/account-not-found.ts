import { both } from '../kernel/bilingual.js';
import { DomainError } from '../kernel/domain-error.js';

/** Also the answer for an account that the caller does not see. */
export const accountNotFound = (appid: string): DomainError =>
  new DomainError(
    'not-found',
    'account_not_found',
    both(`没有公众号 ${appid}。`, `There is no account ${appid}.`, { appid }),
  );
