import { Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { FILE_TYPES, takesStream } from './body-bounds.js';
import { PROBLEM_TYPE, problemOf, type Refusal } from './problem.js';
import { otherMethodsOf } from './known-paths.js';
import { refusalOf } from './refusal-of.js';
import { wrongFileWords } from './refusal-words.js';
import { tellRefusal } from './told-refusals.js';
import { both } from '../kernel/bilingual.js';

const logger = new Logger('Http');

const UNEXPECTED: Refusal = {
  status: 500,
  code: 'internal',
  detail: both(
    '服务内部出错，日志中可按 instance 查到详情。',
    'Something went wrong on our side; the log tells more under this instance.',
  ),
};

/** Answers with what an error is to the caller. What nobody expected is logged here, once, and not shown. */
export function replyWithProblem(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const refusal = inItsPlace(refusalOf(error, request.routeOptions.bodyLimit), request);
  if (refusal === undefined || refusal.status >= 500) {
    logger.error({ requestId: request.id, err: error }, 'a request failed');
  }
  if (reply.sent || reply.raw.headersSent) {
    // An answer that has begun cannot become another one: it is broken off.
    reply.raw.destroy();
    return;
  }
  const problem = problemOf(refusal ?? UNEXPECTED, request.id);
  tellRefusal(request, { code: problem.code, pattern: refusal?.pattern });
  if (problem.status === 401) void reply.header('www-authenticate', 'Bearer');
  // As text: a serializer that the route has set is for its own answers.
  void reply
    .code(problem.status)
    .header('content-type', PROBLEM_TYPE)
    .headers(refusal?.headers ?? {})
    .send(JSON.stringify(problem));
}

/** What is refused by its route's own words. Only admitted callers reach an address without a route. */
function inItsPlace(
  refusal: Refusal | undefined,
  request: FastifyRequest,
): (Refusal & { readonly pattern?: string }) | undefined {
  // Fastify knows no more than that it has no parser for the type.
  if (refusal?.code === 'unsupported_media_type' && takesStream(request))
    return { ...refusal, detail: wrongFileWords(FILE_TYPES) };
  if (refusal?.code !== 'route_not_found') return refusal;
  const known = otherMethodsOf(request);
  if (known === undefined) return refusal;
  const allow = known.methods.join(', ');
  return {
    status: 405,
    code: 'method_not_allowed',
    detail: both(
      `这个地址不支持 ${request.method}，可用：${allow}。`,
      `This address does not take ${request.method}, but ${allow}.`,
      { method: request.method, allow },
    ),
    headers: { allow },
    pattern: known.pattern,
  };
}
