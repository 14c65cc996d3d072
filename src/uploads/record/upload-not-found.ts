import { both } from '../../kernel/bilingual.js';
import { DomainError } from '../../kernel/domain-error.js';

/** Also the answer for an upload of an account that the caller does not see. */
export const uploadNotFound = (id: string): DomainError =>
  new DomainError(
    'not-found',
    'upload_not_found',
    both(`没有上传名单 ${id}。`, `There is no upload ${id}.`, { id }),
  );
