import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Metrics } from '../metrics/metrics.js';
import { CallbackRefusal } from './callback-refusal.js';
import { CallbackService } from './callback.service.js';
import type { CallbackQuery } from './open-push.js';
import { LogThrottle } from '../kernel/log-throttle.js';

interface Handshake {
  Params: { appid: string };
  Querystring: CallbackQuery;
}
type HandshakeRequest = FastifyRequest<Handshake>;

/**
 * WeChat's question whether a callback is ours, as a Fastify route in a scope of its own instead of a controller: it
 * is answered in plain text, with a bare status where it is refused, and no guard or filter of the API has a say.
 */
@Injectable()
export class HandshakeRoutes implements OnModuleInit {
  readonly #logger = new Logger(HandshakeRoutes.name);
  readonly #throttle = new LogThrottle(10_000);
  readonly #host: HttpAdapterHost<FastifyAdapter>;
  readonly #callback: CallbackService;
  readonly #metrics: Metrics;

  constructor(host: HttpAdapterHost<FastifyAdapter>, callback: CallbackService, metrics: Metrics) {
    this.#host = host;
    this.#callback = callback;
    this.#metrics = metrics;
  }

  onModuleInit(): void {
    const fastify = this.#host.httpAdapter.getInstance<FastifyInstance>();
    void fastify.register((scope, _options, done) => {
      scope.setErrorHandler((error, request, reply) => this.#decline(error, request, reply));
      scope.get<Handshake>('/wechat/:appid/callback', (request, reply) =>
        this.#greet(request, reply),
      );
      done();
    });
  }

  async #greet({ params, query }: HandshakeRequest, reply: FastifyReply): Promise<FastifyReply> {
    const echo = await this.#callback.greet(params.appid, query);
    return reply.type('text/plain').header('x-content-type-options', 'nosniff').send(echo);
  }

  /** Answers a refusal. Where our own check failed, the connection is closed without an answer. */
  #decline(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    if (error instanceof CallbackRefusal) {
      this.#metrics.callbacks.inc({ outcome: 'refused' });
      void reply.code(error.status).type('text/plain').send('');
      return;
    }
    if (this.#throttle.due('unanswered'))
      this.#logger.warn({ err: error }, 'handshakes cannot be answered now');
    reply.hijack();
    request.raw.socket.destroy();
  }
}
