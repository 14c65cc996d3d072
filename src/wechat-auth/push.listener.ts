import type { IncomingMessage, ServerResponse } from 'node:http';
import { parse } from 'node:querystring';
import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { ByteCapacity } from '../http/byte-capacity.js';
import { EarlyRequests } from '../http/early-requests.js';
import { Metrics } from '../metrics/metrics.js';
import { type CallbackAddress, type NearMiss, readAddress } from './callback-address.js';
import { CallbackRefusal } from './callback-refusal.js';
import { CallbackService } from './callback.service.js';
import { isSandboxAppid } from '../kernel/sandbox-appid.js';
import { LogThrottle } from '../kernel/log-throttle.js';
import { BodyNotTaken, BodyTooLarge, readBody } from './read-body.js';

const LARGEST_BODY_BYTES = 1024 * 1024;
/** WeChat itself waits five seconds. */
const BODY_PATIENCE_MS = 10_000;
/** For all bodies that are being read, or wait for the inbox. */
const CAPACITY_BYTES = 64 * 1024 * 1024;

/** These seven bytes and nothing else: WeChat counts a quoted "success" as an illegal answer. */
const SUCCESS = 'success';
const SUCCESS_HEADERS = ['content-type', 'text/plain', 'content-length', String(SUCCESS.length)];

/** WeChat's pushes: one for each message that we send, so they are taken before Fastify. */
@Injectable()
export class PushListener implements OnModuleInit {
  readonly #logger = new Logger(PushListener.name);
  readonly #throttle = new LogThrottle(10_000);
  readonly #capacity = new ByteCapacity(CAPACITY_BYTES);
  readonly #host: HttpAdapterHost;
  readonly #callback: CallbackService;
  readonly #metrics: Metrics;

  constructor(host: HttpAdapterHost, callback: CallbackService, metrics: Metrics) {
    this.#host = host;
    this.#callback = callback;
    this.#metrics = metrics;
  }

  onModuleInit(): void {
    EarlyRequests.of(this.#host.httpAdapter).listen((request, response) => {
      const address = readAddress(request.url ?? '');
      if (address === undefined) return false;
      if ('instead' in address) void this.#correct(address, request, response);
      // WeChat's handshake, and everything else that is no push, goes to Fastify.
      else if (request.method !== 'POST') return false;
      else void this.#take(address, request, response);
      return true;
    });
  }

  /** WeChat shows our answer to nobody: so the log tells the right address, for accounts that exist. */
  async #correct(
    { instead, appid }: NearMiss,
    { method, url = '', complete }: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    this.#metrics.callbacks.inc({ outcome: 'refused' });
    // Its body is not read.
    if (!complete) response.setHeader('connection', 'close');
    response.statusCode = 404;
    response.end();
    if (appid !== undefined && !(await this.#callback.knows(appid))) return;
    if (!this.#throttle.due(`near ${appid}`)) return;
    const [path = ''] = url.split('?');
    this.#logger.warn(
      `${method} ${path.slice(0, 200)} was answered 404: the callback's address is ${instead}, exactly. Correct it in WeChat's console or in the proxy before us`,
    );
  }

  async #take(
    { appid, rawQuery }: CallbackAddress,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const held = this.#capacity.hold();
    try {
      const query = parse(rawQuery);
      const announced = await this.#callback.expect(appid, query);
      const bounds = { limitBytes: LARGEST_BODY_BYTES, patienceMs: BODY_PATIENCE_MS, held };
      await this.#callback.take({
        appid,
        query,
        announced,
        rawQuery,
        contentType: request.headers['content-type'],
        body: await readBody(request, bounds),
      });
    } catch (error) {
      this.#decline(error, appid, request, response);
      return;
    } finally {
      held.release();
    }
    this.#count(appid, 'accepted');
    response.writeHead(200, SUCCESS_HEADERS).end(SUCCESS);
  }

  /** Answers a refusal. A push that we failed to take gets no answer, so that WeChat sends it again. */
  #decline(
    error: unknown,
    appid: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): void {
    if (error instanceof CallbackRefusal || error instanceof BodyTooLarge) {
      this.#metrics.callbacks.inc({ outcome: 'refused' });
      // writeHead() would announce a chunked body; there is none.
      if (!request.complete) response.setHeader('connection', 'close');
      response.statusCode = error instanceof CallbackRefusal ? error.status : 413;
      response.end();
      return;
    }
    if (error instanceof BodyNotTaken) {
      this.#count(appid, 'unstored');
      if (this.#throttle.due('body'))
        this.#logger.warn({ err: error }, 'a push was not taken; WeChat is left to try again');
      request.socket.destroy();
      return;
    }
    // The sender has gone before its body was whole: there is nobody to answer.
    if (!request.complete) return;
    this.#count(appid, 'unstored');
    if (this.#throttle.due('unstored')) {
      this.#logger.warn({ err: error }, 'pushes cannot be taken now; WeChat is left to try again');
    }
    request.socket.destroy();
  }

  /** What is pretended is no figure of ours. */
  #count(appid: string, outcome: 'accepted' | 'unstored'): void {
    if (!isSandboxAppid(appid)) this.#metrics.callbacks.inc({ outcome });
  }
}
