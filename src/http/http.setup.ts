import { randomUUID } from 'node:crypto';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { HttpConfig, RolesConfig } from '../config/config.js';
import { both } from '../kernel/bilingual.js';
import { DomainError } from '../kernel/domain-error.js';
import { heedBodyLimits } from './body-bounds.js';
import { endSlowBodies } from './body-pace.js';
import { basePathOf } from './base-path.js';
import { refuseBroken } from './broken-requests.js';
import { boundBodies } from './bodies-under-way.js';
import { takeBodies } from './body-parsers.js';
import { CONNECTION_BOUNDS, type ConnectionBounds } from './connection-bounds.js';
import { endConnectionsOnClose } from './connections-end.js';
import { EarlyRequests } from './early-requests.js';
import { rememberPaths } from './known-paths.js';
import { markAdmitted } from './admitted.js';
import { mountOpenApi } from './openapi.js';
import { ProblemFilter } from './problem.filter.js';
import { PathAccounts } from './path-accounts.js';
import { PROBLEM_TYPE, problemOf } from './problem.js';
import { isOpenRoute, isPublicRoute } from './public-routes.js';
import { replyWithProblem } from './reply-with-problem.js';
import { RequestGate } from './request-gate.js';
import { inWords } from './refusal-words.js';
import { RequestLog } from './request-log.js';
import { securityHeaders } from './security-headers.js';
import { createValidationPipe } from './validation.js';

/** The largest body of the API: about 330,000 openids. The callback has a limit of its own. */
export const BODY_LIMIT_BYTES = 10 * 1024 * 1024;

/** Fastify as we run it; every route but the public ones is shut until `configureHttp` has put its gate in. */
export function createAdapter(
  { trustProxy, publicUrl }: HttpConfig,
  bounds: ConnectionBounds = CONNECTION_BOUNDS,
): FastifyAdapter {
  const early = new EarlyRequests(bounds, basePathOf(publicUrl));
  const adapter = new FastifyAdapter({
    serverFactory: early.serverFactory,
    bodyLimit: BODY_LIMIT_BYTES,
    trustProxy: trustProxy.length > 0 ? [...trustProxy] : false,
    genReqId: () => randomUUID(),
    frameworkErrors: refuseUrl,
    clientErrorHandler: refuseBroken,
  });
  early.belongTo(adapter);
  rememberPaths(adapter.getInstance());
  heedBodyLimits(adapter.getInstance());
  endSlowBodies(adapter.getInstance(), bounds);
  boundBodies(adapter.getInstance());
  endConnectionsOnClose(adapter.getInstance());
  adapter.getInstance().addHook('onRequest', (request, reply, done) => {
    const { url, config } = request.routeOptions;
    if (isPublicRoute(url) || isOpenRoute(config)) return done();
    const gate = gates.get(adapter);
    void passGate(gate ? (...asked) => gate.admit(...asked) : shut, request, reply, done);
  });
  const log = new RequestLog();
  adapter.getInstance().addHook('preHandler', (request, _reply, done) => {
    log.begin(request, pathAccounts.get(adapter));
    done();
  });
  // Last before the handler: the events of a body's arrival are nobody's.
  adapter.getInstance().addHook('preHandler', (request, _reply, done) => {
    const gate = gates.get(adapter);
    if (gate === undefined) return done();
    gate.within(request, done);
  });
  adapter.getInstance().addHook('onResponse', (request, reply, done) => {
    log.write(request, reply, pathAccounts.get(adapter));
    done();
  });
  return adapter;
}

async function passGate(
  admit: Admit,
  request: FastifyRequest,
  reply: FastifyReply,
  done: () => void,
): Promise<void> {
  let admitted: boolean;
  try {
    admitted = await admit(request, reply);
  } catch (error) {
    // Answered here: a plugin such as the dashboard has an error handler of its own.
    replyWithProblem(error, request, reply);
    return;
  }
  if (!admitted) return;
  markAdmitted(request);
  done();
}

/** Refuses what is not even a URL, before any route, hook or filter. */
function refuseUrl(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  const status = error.statusCode ?? 400;
  const refusal = { status, code: 'invalid_url', detail: inWords('invalid_url', error.message) };
  void reply
    .code(refusal.status)
    .header('content-type', PROBLEM_TYPE)
    // Its body was not read.
    .header('connection', 'close')
    .send(JSON.stringify(problemOf(refusal, request.id)));
}

type Admit = RequestGate['admit'];

const gates = new WeakMap<object, RequestGate>();
const pathAccounts = new WeakMap<object, PathAccounts>();

const shut: Admit = () =>
  Promise.reject(
    new DomainError(
      'unauthenticated',
      'unauthenticated',
      both('服务还在启动，请稍后再试。', 'Nobody may come in yet: the service is starting.'),
    ),
  );

/** What every HTTP answer has in common. For the service and its tests alike, before `init` or `listen`. */
export function configureHttp(app: NestFastifyApplication): void {
  const adapter = app.getHttpAdapter();
  const http = app.get(HttpConfig);
  app.useSecurityHeaders(securityHeaders(http));
  app.useGlobalPipes(createValidationPipe());
  takeBodies(adapter as FastifyAdapter);
  app.useGlobalFilters(new ProblemFilter());
  gates.set(adapter, app.get(RequestGate, { strict: false }));
  pathAccounts.set(adapter, app.get(PathAccounts, { strict: false }));
  if (app.get(RolesConfig).api) mountOpenApi(app, http);
}
