import { Body, Controller, Get, Post, Query, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type LoginFailure, localPath, loginPage } from '../../access/login-page.js';
import { logoutPage } from '../../access/logout-page.js';
import { Needs } from '../../access/needs.decorator.js';
import { requireCaller } from '../../access/require-caller.js';
import { sessionCookie } from '../../access/session-cookie.js';
import { HttpConfig } from '../../config/config.js';
import { basePathOf } from '../../http/base-path.js';
import { TakesBytes } from '../../http/body-bounds.js';
import { STATUS_OF } from '../../http/problem.js';
import { tellRefusal } from '../../http/told-refusals.js';
import { DomainError } from '../../kernel/domain-error.js';
import { KeyLoginService } from '../login/key-login.service.js';
import { PasswordLoginService } from '../login/password-login.service.js';
import type { OpenedSession } from '../login/session-opening.service.js';
import { LoginFormDto } from './login-form.dto.js';
import { originOf, SessionAnswer } from './session-answer.service.js';
import { SessionEnding } from './session-ending.service.js';

/** Strangers may send a login. A form with the longest password and `next` fits. */
const LARGEST_LOGIN_BYTES = 4 * 1024;

const FAILURE_OF: Readonly<Record<string, LoginFailure>> = {
  wrong_login: 'wrong-login',
  wrong_key: 'wrong-key',
  totp_required: 'code-required',
  wrong_code: 'wrong-code',
  operator_disabled: 'disabled',
  too_many_attempts: 'too-many',
  too_many_logins: 'busy',
  cross_origin: 'foreign',
};

/** The pages by which people come in and leave without a script. */
@ApiExcludeController()
@Controller()
export class LoginPageController {
  readonly #passwords: PasswordLoginService;
  readonly #keys: KeyLoginService;
  readonly #answer: SessionAnswer;
  readonly #ending: SessionEnding;
  readonly #http: HttpConfig;

  constructor(
    passwords: PasswordLoginService,
    keys: KeyLoginService,
    answer: SessionAnswer,
    ending: SessionEnding,
    http: HttpConfig,
  ) {
    this.#passwords = passwords;
    this.#keys = keys;
    this.#answer = answer;
    this.#ending = ending;
    this.#http = http;
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
    const caller = requireCaller();
    if (caller.viaSession !== undefined) await this.#ending.end(caller, caller.viaSession.id);
    void reply
      .header('set-cookie', sessionCookie(undefined, this.#http))
      .redirect(`${this.#basePath}/login`, 303);
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
    const page = { next: localPath(next), login, failure, basePath: this.#basePath };
    sendHtml(reply, loginPage(page));
  }
}

const sendHtml = (reply: FastifyReply, page: string): void =>
  void reply.header('cache-control', 'no-store').type('text/html; charset=utf-8').send(page);
