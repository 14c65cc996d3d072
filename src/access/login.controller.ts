import { Body, Controller, Get, Logger, Post, Query, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { HttpConfig } from '../config/config.js';
import { basePathOf } from '../http/base-path.js';
import { TakesBytes } from '../http/body-bounds.js';
import { tellRefusal } from '../http/told-refusals.js';
import { Metrics } from '../metrics/metrics.js';
import { ApiKeysService } from './api-keys.service.js';
import { LoginDto } from './login.dto.js';
import { localPath, type LoginFailure, loginPage } from './login-page.js';
import { Needs } from './needs.decorator.js';
import { isForeign } from './same-origin.js';
import { sessionCookie, sessionTokenOf } from './session-cookie.js';
import { SessionsService } from './sessions.service.js';

const STATUS_OF = {
  'wrong-key': 401,
  foreign: 403,
} satisfies Partial<Record<LoginFailure, number>>;

/** Strangers may send a login. A form with a key and the longest `next` fits. */
const LARGEST_LOGIN_BYTES = 4 * 1024;

/** Exchanges an API key for a session, for the pages that people open in a browser. */
@ApiExcludeController()
@Controller()
export class LoginController {
  readonly #logger = new Logger(LoginController.name);
  readonly #apiKeys: ApiKeysService;
  readonly #sessions: SessionsService;
  readonly #metrics: Metrics;
  readonly #http: HttpConfig;

  constructor(
    apiKeys: ApiKeysService,
    sessions: SessionsService,
    metrics: Metrics,
    http: HttpConfig,
  ) {
    this.#apiKeys = apiKeys;
    this.#sessions = sessions;
    this.#metrics = metrics;
    this.#http = http;
  }

  @Get('login')
  form(@Query('next') next: string | undefined, @Res() reply: FastifyReply): void {
    sendPage(reply.code(200), loginPage({ next: localPath(next), basePath: this.#basePath }));
  }

  @Post('login')
  @TakesBytes(LARGEST_LOGIN_BYTES)
  async logIn(
    @Body() { key, next }: LoginDto,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    // A foreign page could else log a person in with its own key, and watch what they do here.
    if (isForeign(request.headers, this.#http.publicUrl)) {
      return this.#answerFailure('foreign', next, request, reply);
    }
    // Wrong keys lock no address out: it may be a whole company's, and keys are too long to guess.
    const caller = await this.#apiKeys.callerWith(key.trim());
    if (caller === undefined) {
      this.#metrics.unauthenticated.inc({ how: 'wrong_login' });
      return this.#answerFailure('wrong-key', next, request, reply);
    }
    const token = await this.#sessions.open(caller);
    this.#logger.log(`${caller.name} has logged in from ${request.ip}`);
    void reply
      .header('set-cookie', sessionCookie(token, this.#http))
      .header('cache-control', 'no-store')
      .redirect(`${this.#basePath}${localPath(next)}`, 303);
  }

  @Post('logout')
  @Needs('self')
  async logOut(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const token = sessionTokenOf(request.headers.cookie, this.#http);
    if (token !== undefined) await this.#sessions.close(token);
    void reply
      .header('set-cookie', sessionCookie(undefined, this.#http))
      .redirect(`${this.#basePath}/login`, 303);
  }

  get #basePath(): string {
    return basePathOf(this.#http.publicUrl);
  }

  #answerFailure(
    failure: keyof typeof STATUS_OF,
    next: string | undefined,
    request: FastifyRequest,
    reply: FastifyReply,
  ): void {
    tellRefusal(request, { code: failure.replace('-', '_') });
    sendPage(
      reply.code(STATUS_OF[failure]),
      loginPage({ next: localPath(next), failure, basePath: this.#basePath }),
    );
  }
}

function sendPage(reply: FastifyReply, page: string): void {
  void reply.header('cache-control', 'no-store').type('text/html; charset=utf-8').send(page);
}
