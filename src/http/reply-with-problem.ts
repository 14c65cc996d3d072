import { Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PROBLEM_TYPE, problemOf, type Refusal } from './problem.js';
import { refusalOf } from './refusal-of.js';

const logger = new Logger('Http');

const UNEXPECTED: Refusal = {
  status: 500,
  code: 'internal',
  detail: 'something went wrong on our side; the log tells more under this instance',
};

/** Answers with what an error is to the caller. What nobody expected is logged here, once, and not shown. */
export function replyWithProblem(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const refusal = refusalOf(error, request.routeOptions.bodyLimit);
  if (refusal === undefined || refusal.status >= 500) {
    logger.error({ requestId: request.id, err: error }, `request failed: ${String(error)}`);
  }
  if (reply.sent || reply.raw.headersSent) {
    // An answer that has begun cannot become another one; to break it off is all that is left.
    reply.raw.destroy();
    return;
  }
  const problem = problemOf(refusal ?? UNEXPECTED, request.id);
  if (problem.status === 401) void reply.header('www-authenticate', 'Bearer');
  // As text: a serializer that the route has set is for its own answers.
  void reply
    .code(problem.status)
    .header('content-type', PROBLEM_TYPE)
    .send(JSON.stringify(problem));
}
