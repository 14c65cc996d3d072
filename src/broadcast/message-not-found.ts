import { DomainError } from '../kernel/domain-error.js';

/** Also said of a broadcast to many, which is no message. */
export const messageNotFound = (id: string): DomainError =>
  new DomainError('not-found', 'message_not_found', `没有消息 ${id}。 There is no message ${id}.`);
