import { Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LogThrottle } from '../kernel/log-throttle.js';
import { isAdmitted } from './admitted.js';
import { toldRefusalOf } from './told-refusals.js';

const logger = new Logger('Http');

/** Answered by the thousand, and of no interest one by one: the metrics count them. */
const QUIET = /^\/(wechat|health|metrics|queues)(\/|$)/;

const STRANGERS_EVERY_MS = 60_000;

/**
 * One line for each request that changed or was refused something, and one a minute for strangers who were refused.
 * It names the route's pattern, not the path: paths hold openids, and queries hold signatures.
 */
export class RequestLog {
  readonly #strangers = new LogThrottle(STRANGERS_EVERY_MS);

  write(request: FastifyRequest, reply: FastifyReply): void {
    const refusal = toldRefusalOf(request);
    const route = request.routeOptions.url ?? refusal?.pattern ?? '(none)';
    if (QUIET.test(route)) return;
    const { statusCode } = reply;
    const isStranger = statusCode >= 400 && statusCode < 500 && !isAdmitted(request);
    const standsFor = isStranger ? this.#strangers.standsFor() : 1;
    if (standsFor === 0) return;
    const line = {
      requestId: request.id,
      method: request.method,
      route,
      status: statusCode,
      ...(refusal && { code: refusal.code, account: accountOf(request) }),
      ms: Math.round(reply.elapsedTime),
      address: request.ip,
      ...(standsFor > 1 && { standsFor }),
    };
    const text = `${request.method} ${route} ${statusCode}${refusal ? ` ${refusal.code}` : ''}`;
    if (request.method === 'GET' && statusCode < 400) logger.debug(line, text);
    else logger.log(line, text);
  }
}

const APPID = /^wx[0-9a-f]{16}$/;

/** The account that a request names, by its path, its query or its body. */
function accountOf({ params, query, body }: FastifyRequest): string | undefined {
  const named = [params, query, body].map(
    (part) => (part as { appid?: unknown } | null | undefined)?.appid,
  );
  return named.find((appid): appid is string => typeof appid === 'string' && APPID.test(appid));
}
