import { both } from '../../kernel/bilingual.js';
import { DomainError } from '../../kernel/domain-error.js';

/** Something changed again and again while a request about a broadcast was checked. */
export const changedMeanwhile = (id: string): DomainError =>
  new DomainError(
    'conflict',
    'changed_meanwhile',
    both(
      `发送任务 ${id} 正被他人同时修改，请重试。`,
      `broadcast ${id} is being changed by others at the same time: try again`,
      { id },
    ),
  );
