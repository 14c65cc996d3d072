import type { FastifyRequest } from 'fastify';
import type { SessionOrigin } from '../../access/session.js';

export const originOf = ({ id, ip, headers }: FastifyRequest): SessionOrigin => ({
  ip,
  requestId: id,
  userAgent: headers['user-agent'],
});
