import {
  type ArgumentsHost,
  Catch,
  type ExceptionFilter,
  type HttpServer,
  Logger,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PROBLEM_TYPE, problemOf, type Refusal } from './problem.js';
import { refusalOf } from './refusal-of.js';

const UNEXPECTED: Refusal = {
  status: 500,
  code: 'internal',
  detail: 'something went wrong on our side; the log tells more under this instance',
};

/** The one place where an error becomes a status. What nobody expected is logged here, once, and not shown. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger(ProblemFilter.name);

  constructor(private readonly adapter: HttpServer) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const refusal = refusalOf(error, request.routeOptions?.bodyLimit);
    const requestId = request.id;
    if (refusal === undefined || refusal.status >= 500) {
      this.logger.error({ requestId, err: error }, `request failed: ${String(error)}`);
    }
    if (this.adapter.isHeadersSent(reply)) {
      // An answer that has begun cannot become another one; ending it short is all that is left.
      (reply.raw ?? reply).destroy();
      return;
    }
    const problem = problemOf(refusal ?? UNEXPECTED, requestId);
    this.adapter.setHeader(reply, 'content-type', PROBLEM_TYPE);
    if (problem.status === 401) this.adapter.setHeader(reply, 'www-authenticate', 'Bearer');
    this.adapter.reply(reply, problem, problem.status);
  }
}
