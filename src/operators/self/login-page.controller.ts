import { Body, Controller, Get, Post, Query, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type LoginFailure, localPath, loginPage } from '../../access/login-page.js';
import { logoutPage } from '../../access/logout-page.js';
import { Needs } from '../../access/needs.decorator.js';
import { onwardPage } from '../../access/onward-page.js';
import { requireCaller } from '../../access/require-caller.js';
import { sessionCookie } from '../../access/session-cookie.js';
import { HttpConfig, LoginConfig } from '../../config/config.js';
import { basePathOf } from '../../http/base-path.js';
import { TakesBytes } from '../../http/body-bounds.js';
import { STATUS_OF } from '../../http/problem.js';
import { tellRefusal } from '../../http/told-refusals.js';
import { both } from '../../kernel/bilingual.js';
import { DomainError } from '../../kernel/domain-error.js';
import { KeyLoginService } from '../login/key-login.service.js';
import { originOf } from '../login/origin-of.js';
import { PasswordLoginService } from '../login/password-login.service.js';
import type { OpenedSession } from '../login/session-opening.service.js';
import { Leaving } from './leaving.service.js';
import { LoginFormDto } from './login-form.dto.js';
import { SessionAnswer } from './session-answer.service.js';

/** Strangers may send a login. A form with the longest password and `next` fits. */
const LARGEST_LOGIN_BYTES = 4 * 1024;

const AT_THE_PROVIDER = both(
  '已退出本服务，继续退出身份提供方。',
  'You have left this installation: go on to leave the identity provider.',
);

const FAILURE_OF: Readonly<Record<string, LoginFailure>> = {
  wrong_login: 'wrong-login',
  wrong_key: 'wrong-key',
  totp_required: 'code-required',
  wrong_code: 'wrong-code',
  operator_disabled: 'disabled',
  too_many_attempts: 'too-many',
  too_many_logins: 'busy',
  cross_origin: 'foreign',
  password_login_off: 'password-off',
};

/** The pages by which people come in and leave without a script. */
@ApiExcludeController()
@Controller()
export class LoginPageController {
  readonly #passwords: PasswordLoginService;
  readonly #keys: KeyLoginService;
  readonly #answer: SessionAnswer;
  readonly #leaving: Leaving;
  readonly #http: HttpConfig;
  readonly #ways: LoginConfig;

  constructor(
    passwords: PasswordLoginService,
    keys: KeyLoginService,
    answer: SessionAnswer,
    leaving: Leaving,
    http: HttpConfig,
    ways: LoginConfig,
  ) {
    this.#passwords = passwords;
    this.#keys = keys;
    this.#answer = answer;
    this.#leaving = leaving;
    this.#http = http;
    this.#ways = ways;
  }

  @Get('login')
  form(@Query('next') next: string | undefined, @Res() reply: FastifyReply): void {
    this.#sendPage(reply.code(200), { next });
  }

  @Post('login')
  @TakesBytes(LARGEST_LOGIN_BYTES)
  async logIn(
    @Body() typed: LoginFormDto,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    let opened: OpenedSession;
    try {
      opened = await this.#open(typed, request);
    } catch (error) {
      const failure = error instanceof DomainError ? FAILURE_OF[error.code] : undefined;
      if (failure === undefined || !(error instanceof DomainError)) throw error;
      tellRefusal(request, { code: error.code });
      const seconds = error.extra.details?.['retryAfterSeconds'];
      if (typeof seconds === 'number') void reply.header('retry-after', String(seconds));
      const { next, login } = typed;
      this.#sendPage(reply.code(STATUS_OF[error.kind]), { next, login, failure });
      return;
    }
    void reply
      .header('set-cookie', sessionCookie(opened.token, this.#http))
      .header('cache-control', 'no-store')
      .redirect(`${this.#basePath}${localPath(typed.next)}`, 303);
  }

  /** For people without a script, and for pages that have only links. */
  @Get('logout')
  @Needs('self')
  logoutForm(@Res() reply: FastifyReply): void {
    sendHtml(reply, logoutPage(this.#basePath, requireCaller().name));
  }

  @Post('logout')
  @Needs('self')
  async logOut(@Res() reply: FastifyReply): Promise<void> {
    const endSessionUrl = await this.#leaving.leave(requireCaller());
    void reply.header('set-cookie', sessionCookie(undefined, this.#http));
    if (endSessionUrl === undefined) void reply.redirect(`${this.#basePath}/login`, 303);
    // A page in between: the policy of pages lets a form lead to no other site.
    else sendHtml(reply.code(200), onwardPage(endSessionUrl, AT_THE_PROVIDER));
  }

  get #basePath(): string {
    return basePathOf(this.#http.publicUrl);
  }

  async #open(
    { login = '', password = '', code, key }: LoginFormDto,
    request: FastifyRequest,
  ): Promise<OpenedSession> {
    this.#answer.refuseForeign(request);
    const origin = originOf(request);
    return key === undefined
      ? await this.#passwords.logIn({ login, password, code }, origin)
      : await this.#keys.logIn(key, origin);
  }

  #sendPage(
    reply: FastifyReply,
    shown: {
      readonly next?: string | undefined;
      readonly login?: string | undefined;
      readonly failure?: LoginFailure;
    },
  ): void {
    const { next, login, failure } = shown;
    const page = {
      next: localPath(next),
      login,
      failure,
      basePath: this.#basePath,
      ways: this.#ways,
    };
    sendHtml(reply, loginPage(page));
  }
}

const sendHtml = (reply: FastifyReply, page: string): void =>
  void reply.header('cache-control', 'no-store').type('text/html; charset=utf-8').send(page);
