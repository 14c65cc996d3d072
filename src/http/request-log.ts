import { Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LogThrottle } from '../kernel/log-throttle.js';
import { withTimeout } from '../kernel/with-timeout.js';
import { isAdmitted } from './admitted.js';
import type { PathAccounts } from './path-accounts.js';
import { toldRefusalOf } from './told-refusals.js';

const logger = new Logger('Http');

/** Routes without log lines: they are called by the thousand, and the metrics count them. */
const QUIET = /^\/(wechat|health|metrics|queues)(\/|$)/;

const STRANGERS_EVERY_MS = 60_000;
const PATIENCE_MS = 1_000;

/**
 * One line for each request that changed or was refused something, and one a minute for strangers who were refused.
 * It names the route's pattern, not the path: paths hold openids, and queries hold signatures.
 */
export class RequestLog {
  readonly #strangers = new LogThrottle(STRANGERS_EVERY_MS);
  readonly #accounts = new WeakMap<FastifyRequest, Promise<string | undefined>>();

  /** Called before the request changes anything: what it deletes cannot be looked up afterwards. */
  begin(request: FastifyRequest, accounts: PathAccounts | undefined): void {
    const route = request.routeOptions.url;
    if (route === undefined || request.method === 'GET') return;
    const appid = accounts?.appidOf(route, request.params);
    if (appid === undefined) return;
    appid.catch(() => {}); // a failure counts when the line is written
    this.#accounts.set(request, appid);
  }

  /** @param accounts whose account a path without an appid is about; undefined before `configureHttp` */
  write(request: FastifyRequest, reply: FastifyReply, accounts: PathAccounts | undefined): void {
    const refusal = toldRefusalOf(request);
    const route = request.routeOptions.url ?? refusal?.pattern ?? '(none)';
    if (QUIET.test(route)) return;
    const { statusCode } = reply;
    const isStranger = statusCode >= 400 && statusCode < 500 && !isAdmitted(request);
    const standsFor = isStranger ? this.#strangers.standsFor() : 1;
    if (standsFor === 0) return;
    const isRead = request.method === 'GET' && statusCode < 400;
    const line = {
      requestId: request.id,
      method: request.method,
      route,
      status: statusCode,
      ...(refusal && { code: refusal.code }),
      ms: Math.round(reply.elapsedTime),
      address: request.ip,
      ...(standsFor > 1 && { standsFor }),
    };
    const text = `${request.method} ${route} ${statusCode}${refusal ? ` ${refusal.code}` : ''}`;
    const say = (account: string | undefined): void => {
      const told = account === undefined ? line : { ...line, account };
      if (isRead) logger.debug(told, text);
      else logger.log(told, text);
    };
    const named = accountOf(request);
    const asked =
      named !== undefined || isRead || isStranger
        ? undefined
        : (this.#accounts.get(request) ?? accounts?.appidOf(route, request.params));
    if (asked === undefined) say(named);
    // The line does not wait long for the account: a database that is away has lines of its own.
    else void withTimeout(PATIENCE_MS, asked).then(say, () => say(undefined));
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
