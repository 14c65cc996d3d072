import { DomainError } from '../kernel/domain-error.js';

export const broadcastNotFound = (id: string): DomainError =>
  new DomainError('not-found', 'broadcast_not_found', `there is no broadcast ${id}`);
