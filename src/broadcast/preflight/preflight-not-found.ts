import { both } from '../../kernel/bilingual.js';
import { DomainError } from '../../kernel/domain-error.js';

export const preflightNotFound = (id: string): DomainError =>
  new DomainError(
    'not-found',
    'preflight_not_found',
    both(`没有发送前检查 ${id}。`, `There is no preflight ${id}.`, { id }),
  );
