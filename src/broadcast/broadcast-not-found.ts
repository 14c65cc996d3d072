import { DomainError } from '../kernel/domain-error.js';

export const broadcastNotFound = (id: string): DomainError =>
  new DomainError(
    'not-found',
    'broadcast_not_found',
    `没有群发任务 ${id}。 There is no broadcast ${id}.`,
  );
