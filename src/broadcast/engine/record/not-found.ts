import { both } from '../../../kernel/bilingual.js';
import { DomainError } from '../../../kernel/domain-error.js';

export const broadcastNotFound = (id: string): DomainError =>
  new DomainError(
    'not-found',
    'broadcast_not_found',
    both(`没有发送任务 ${id}。`, `There is no broadcast ${id}.`, { id }),
  );

/** Also the answer for the id of a broadcast to many, which is no single message. */
export const messageNotFound = (id: string): DomainError =>
  new DomainError(
    'not-found',
    'message_not_found',
    both(`没有消息 ${id}。`, `There is no message ${id}.`, { id }),
  );
