import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { keepBodiesRaw } from '../http/raw-xml-body.js';
import { Metrics } from '../metrics/metrics.js';
import { CallbackRefusal } from './callback-refusal.js';
import { CallbackService } from './callback.service.js';
import type { CallbackQuery } from './open-push.js';
import { Seldom } from './seldom.js';

const PATH = '/wechat/:appid/callback';
const LARGEST_BODY_BYTES = 1024 * 1024;

interface CallbackRoute {
  Params: { appid: string };
  Querystring: CallbackQuery;
  Body: Buffer | undefined;
}
type CallbackRequest = FastifyRequest<CallbackRoute>;

/**
 * WeChat's endpoint, as Fastify routes in a scope of their own instead of a controller: the scope has its own body
 * parser and error handler, and no guard, pipe, interceptor or filter of the API stands before or after them.
 */
@Injectable()
export class CallbackRoutes implements OnModuleInit {
  private readonly logger = new Logger(CallbackRoutes.name);
  readonly #seldom = new Seldom(10_000);

  constructor(
    private readonly host: HttpAdapterHost<FastifyAdapter>,
    private readonly callback: CallbackService,
    private readonly metrics: Metrics,
  ) {}

  onModuleInit(): void {
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    void fastify.register((scope, _options, done) => {
      keepBodiesRaw(scope, LARGEST_BODY_BYTES);
      scope.setErrorHandler((error, request, reply) => this.decline(error, request, reply));
      scope.get<CallbackRoute>(PATH, (request, reply) => this.greet(request, reply));
      scope.post<CallbackRoute>(PATH, (request, reply) => this.take(request, reply));
      done();
    });
  }

  private async greet(
    { params, query }: CallbackRequest,
    reply: FastifyReply,
  ): Promise<FastifyReply> {
    const echo = await this.callback.greet(params.appid, query);
    return reply.type('text/plain').header('x-content-type-options', 'nosniff').send(echo);
  }

  private async take(request: CallbackRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { params, query, headers, raw, body = Buffer.alloc(0) } = request;
    await this.callback.take({
      appid: params.appid,
      query,
      rawQuery: queryOf(raw.url ?? ''),
      contentType: headers['content-type'],
      body,
    });
    this.metrics.callbacks.inc({ outcome: 'accepted' });
    // These seven bytes and nothing else: WeChat counts a quoted "success" as an illegal answer.
    return reply.type('text/plain').send('success');
  }

  /** A refusal is answered. What we failed to take is not: a connection closed without an answer is tried again. */
  private decline(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const status = statusOf(error);
    if (status !== undefined) {
      this.metrics.callbacks.inc({ outcome: 'refused' });
      void reply.code(status).type('text/plain').send('');
      return;
    }
    this.metrics.callbacks.inc({ outcome: 'unstored' });
    if (this.#seldom.due('unstored')) {
      this.logger.warn({ err: error }, 'pushes cannot be taken now; WeChat is left to try again');
    }
    reply.hijack();
    request.raw.socket.destroy();
  }
}

/** Undefined when the fault is ours. */
function statusOf(error: unknown): number | undefined {
  if (error instanceof CallbackRefusal) return error.status;
  const { statusCode } = error as { statusCode?: unknown }; // of Fastify: 413, 415, a body cut short
  return typeof statusCode === 'number' && statusCode < 500 ? statusCode : undefined;
}

function queryOf(url: string): string {
  const at = url.indexOf('?');
  return at < 0 ? '' : url.slice(at + 1);
}
