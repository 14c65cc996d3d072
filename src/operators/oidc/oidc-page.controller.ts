import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { localPath, loginPage } from '../../access/login-page.js';
import { onwardPage } from '../../access/onward-page.js';
import { secretCookie, secretIn, sessionCookie } from '../../access/session-cookie.js';
import { HttpConfig, LoginConfig } from '../../config/config.js';
import { basePathOf } from '../../http/base-path.js';
import { STATUS_OF } from '../../http/problem.js';
import { tellRefusal } from '../../http/told-refusals.js';
import { both } from '../../kernel/bilingual.js';
import { DomainError } from '../../kernel/domain-error.js';
import { originOf } from '../login/origin-of.js';
import { OidcLogin } from './oidc-login.service.js';
import { LOGIN_MINUTES } from './oidc.repository.js';

const COOKIE = 'weicast_oidc';

/** Where a browser goes to the identity provider and comes back from it. */
@ApiExcludeController()
@Controller('oidc')
export class OidcPageController {
  readonly #login: OidcLogin;
  readonly #ways: LoginConfig;
  readonly #http: HttpConfig;

  constructor(login: OidcLogin, ways: LoginConfig, http: HttpConfig) {
    this.#login = login;
    this.#ways = ways;
    this.#http = http;
  }

  @Get('login')
  async begin(
    @Query('next') next: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const wanted = localPath(typeof next === 'string' ? next : undefined);
    // Not here again, in a circle.
    const path = wanted.startsWith('/oidc/') ? localPath(undefined) : wanted;
    await this.#answering(request, reply, async () => {
      const { url, secret } = await this.#login.begin(path);
      // Lax: another site sends the browser back, and a strict cookie would stay behind.
      const cookie = secretCookie(COOKIE, secret, this.#http, {
        seconds: LOGIN_MINUTES * 60,
        sameSite: 'Lax',
      });
      void reply
        .header('set-cookie', cookie)
        .header('cache-control', 'no-store')
        .redirect(url, 303);
    });
  }

  @Get('callback')
  async finish(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const secret = secretIn(request.headers.cookie, COOKIE, this.#http);
    const query = request.url.split('?').slice(1).join('?');
    const used = secretCookie(COOKIE, undefined, this.#http, { seconds: 0, sameSite: 'Lax' });
    await this.#answering(request, reply, async () => {
      const { opened, next } = await this.#login.finish(secret, query, originOf(request));
      this.#send(
        reply.header('set-cookie', [used, sessionCookie(opened.token, this.#http)]),
        onwardPage(`${this.#basePath}${next}`, both('已登录，继续。', 'You are logged in: go on.')),
      );
    });
  }

  get #basePath(): string {
    return basePathOf(this.#http.publicUrl);
  }

  /** A refusal is told on the page from which one begins again. */
  async #answering(
    request: FastifyRequest,
    reply: FastifyReply,
    work: () => Promise<void>,
  ): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      tellRefusal(request, { code: error.code });
      const { words: fault, kind } = error;
      const page = loginPage({ next: '/', fault, basePath: this.#basePath, ways: this.#ways });
      this.#send(reply.code(STATUS_OF[kind]), page);
    }
  }

  #send(reply: FastifyReply, page: string): void {
    // The address has a code in it, which is nobody else's business.
    void reply
      .header('cache-control', 'no-store')
      .header('referrer-policy', 'no-referrer')
      .type('text/html; charset=utf-8')
      .send(page);
  }
}
