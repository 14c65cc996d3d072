import { both } from '../kernel/bilingual.js';
import { DomainError } from '../kernel/domain-error.js';

/** The account of a row on record, which an operator has deleted meanwhile. */
export const accountGone = (id: number): DomainError =>
  new DomainError(
    'not-found',
    'account_not_found',
    both(`没有公众号 ${id}。`, `there is no account ${id}`, { id }),
  );
