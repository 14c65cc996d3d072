import { Body, Controller, Get, HttpCode, HttpStatus, Post, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Needs } from '../../access/needs.decorator.js';
import { requireCaller } from '../../access/require-caller.js';
import { sessionCookie } from '../../access/session-cookie.js';
import { HttpConfig, LoginConfig } from '../../config/config.js';
import { TakesBytes } from '../../http/body-bounds.js';
import { Operation } from '../../http/openapi/operation.decorator.js';
import { KeyLoginService } from '../login/key-login.service.js';
import { originOf } from '../login/origin-of.js';
import { PasswordLoginService } from '../login/password-login.service.js';
import { SessionOpening } from '../login/session-opening.service.js';
import { SetupService } from '../people/setup.service.js';
import { ApiLoginDto, type LoggedOutView, SetupDto, type SetupView } from './login.dto.js';
import type { MeView } from './me.dto.js';
import { SessionAnswer } from './session-answer.service.js';
import { Leaving } from './leaving.service.js';

/** Strangers may send these. */
const LARGEST_BYTES = 8 * 1024;

/** How people come in and leave by a page with scripts. */
@ApiTags('login')
@Controller('v1')
export class LoginApiController {
  readonly #passwords: PasswordLoginService;
  readonly #keys: KeyLoginService;
  readonly #answer: SessionAnswer;
  readonly #leaving: Leaving;
  readonly #http: HttpConfig;

  constructor(
    passwords: PasswordLoginService,
    keys: KeyLoginService,
    answer: SessionAnswer,
    leaving: Leaving,
    http: HttpConfig,
  ) {
    this.#passwords = passwords;
    this.#keys = keys;
    this.#answer = answer;
    this.#leaving = leaving;
    this.#http = http;
  }

  /**
   * Logs in and sets the cookie of the session. It ends after 12 hours in which nobody does anything by it, and after
   * seven days; the answer is that of `GET /v1/me`. With two-step login on, a call without `code` is answered with 401
   * `totp_required`.
   */
  @Post('login')
  @Operation('logIn', {
    example: { login: 'han.meimei', password: 'correct horse battery' },
    401: ['wrong_login', 'totp_required', 'wrong_code', 'wrong_key'],
    403: ['operator_disabled', 'cross_origin', 'password_login_off'],
    429: ['too_many_attempts'],
    503: ['too_many_logins'],
  })
  @HttpCode(HttpStatus.OK)
  @TakesBytes(LARGEST_BYTES)
  async logIn(
    @Body() { login = '', password = '', code, key }: ApiLoginDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<MeView> {
    this.#answer.refuseForeign(request);
    const origin = originOf(request);
    const opened =
      key === undefined
        ? await this.#passwords.logIn({ login, password, code }, origin)
        : await this.#keys.logIn(key, origin);
    return await this.#answer.send(opened, reply);
  }

  /**
   * Ends the session of this browser. An API key has none, and is answered alike. Where the session began at an identity
   * provider, the answer says where its own is ended.
   */
  @Post('logout')
  @Operation('logOut')
  @Needs('self')
  @HttpCode(HttpStatus.OK)
  async logOut(@Res({ passthrough: true }) reply: FastifyReply): Promise<LoggedOutView> {
    const endSessionUrl = await this.#leaving.leave(requireCaller());
    void reply.header('set-cookie', sessionCookie(undefined, this.#http));
    return { endSessionUrl: endSessionUrl ?? null };
  }
}

/** How an installation gets its first person. */
@ApiTags('login')
@Controller('v1/setup')
export class SetupController {
  readonly #setup: SetupService;
  readonly #opening: SessionOpening;
  readonly #answer: SessionAnswer;
  readonly #ways: LoginConfig;

  constructor(
    setup: SetupService,
    opening: SessionOpening,
    answer: SessionAnswer,
    ways: LoginConfig,
  ) {
    this.#setup = setup;
    this.#opening = opening;
    this.#answer = answer;
    this.#ways = ways;
  }

  /** Says whether there is no operator yet, and how people come in. A page asks it before it shows a login. */
  @Get()
  @Operation('getSetup')
  async show(): Promise<SetupView> {
    const { passwords, oidc } = this.#ways;
    return {
      needed: await this.#setup.isNeeded(),
      passwordLogin: passwords,
      oidc: oidc ? { name: oidc.name ?? null } : null,
    };
  }

  /** Makes the first admin, and logs them in. It is done once: of several at the same time one succeeds. */
  @Post()
  @Operation('setUp', {
    example: {
      key: 'the admin key that the first start has printed',
      login: 'han.meimei',
      name: '韩梅梅',
      password: 'correct horse battery',
    },
    401: ['wrong_key'],
    403: ['cross_origin'],
    409: ['setup_done'],
    422: ['weak_password'],
    503: ['too_many_logins'],
  })
  @TakesBytes(LARGEST_BYTES)
  async make(
    @Body() admin: SetupDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<MeView> {
    this.#answer.refuseForeign(request);
    const id = await this.#setup.makeFirst(admin, request.ip);
    const holder = { kind: 'operator', id, name: admin.name } as const;
    const opened = await this.#opening.open(holder, originOf(request));
    return await this.#answer.send(opened, reply);
  }
}
