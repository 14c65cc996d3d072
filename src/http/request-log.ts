import { Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';

const logger = new Logger('Http');

/** Answered by the thousand, and of no interest one by one: the metrics count them. */
const QUIET = /^\/(wechat|health|metrics|queues)(\/|$)/;

/**
 * One line for each request that changed or was refused something. It names the route's pattern, not the path:
 * paths hold openids, and queries hold signatures.
 */
export function logRequest(request: FastifyRequest, reply: FastifyReply): void {
  const route = request.routeOptions.url ?? '(none)';
  if (QUIET.test(route)) return;
  const { statusCode } = reply;
  const line = {
    requestId: request.id,
    method: request.method,
    route,
    status: statusCode,
    ms: Math.round(reply.elapsedTime),
    address: request.ip,
  };
  const text = `${request.method} ${route} ${statusCode}`;
  if (request.method === 'GET' && statusCode < 400) logger.debug(line, text);
  else logger.log(line, text);
}
