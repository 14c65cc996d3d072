import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  HttpStatus,
  Patch,
  Post,
  Req,
  Res,
} from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { requireCaller } from '../../access/require-caller.js';
import { Needs } from '../../access/needs.decorator.js';
import { sessionCookie, sessionTokenOf } from '../../access/session-cookie.js';
import { HttpConfig } from '../../config/config.js';
import { TakesBytes } from '../../http/body-bounds.js';
import { Operation } from '../../http/openapi/operation.decorator.js';
import {
  ChangePasswordDto,
  ConfirmTotpDto,
  type MeView,
  OwnPasswordDto,
  type RecoveryCodesView,
  type TotpStartView,
  UpdateMeDto,
} from './me.dto.js';
import { MeService } from './me.service.js';
import { OwnAccountService } from './own-account.service.js';
import { refuseLargeSettings } from './own-settings.js';
import { OwnTotpService } from './own-totp.service.js';

const LARGEST_BYTES = 64 * 1024;

@ApiTags('me')
@Controller('v1/me')
@Needs('self')
export class MeController {
  readonly #me: MeService;
  readonly #own: OwnAccountService;
  readonly #totp: OwnTotpService;
  readonly #http: HttpConfig;

  constructor(me: MeService, own: OwnAccountService, totp: OwnTotpService, http: HttpConfig) {
    this.#me = me;
    this.#own = own;
    this.#totp = totp;
    this.#http = http;
  }

  /** Says who is asking, and on which accounts each permission is held. A page needs to ask nothing else. */
  @Get()
  @Operation('getMe')
  async show(): Promise<MeView> {
    return await this.#me.of(requireCaller());
  }

  /** Changes your own name, language and settings. What is left out stays; `settings` is replaced whole. */
  @Patch()
  @Operation('updateMe', {
    example: { locale: 'zh', settings: { theme: 'dark' } },
    409: ['not_an_operator'],
    422: ['settings_too_large'],
  })
  @TakesBytes(LARGEST_BYTES)
  async change(@Body() change: UpdateMeDto): Promise<MeView> {
    if (change.settings !== undefined) refuseLargeSettings(change.settings);
    await this.#own.change(requireCaller(), change);
    return await this.#me.of(requireCaller());
  }

  /** Changes your own password. All your other sessions end. */
  @Post('password')
  @Operation('changeMyPassword', {
    example: { current: 'the one-time password', password: 'correct horse battery' },
    409: ['not_an_operator'],
    422: ['wrong_password', 'weak_password'],
    429: ['too_many_attempts'],
    503: ['too_many_logins'],
  })
  @HttpCode(HttpStatus.NO_CONTENT)
  @TakesBytes(LARGEST_BYTES)
  async changePassword(
    @Body() { current, password }: ChangePasswordDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    const token = await this.#own.changePassword(
      requireCaller(),
      { current, next: password },
      { ip: request.ip, token: sessionTokenOf(request.headers.cookie, this.#http) },
    );
    if (token !== undefined) void reply.header('set-cookie', sessionCookie(token, this.#http));
  }

  /** Begins two-step login. It is on once a code of the new secret has been confirmed. */
  @Post('totp')
  @Operation('startTotp', {
    example: { password: 'correct horse battery' },
    409: ['not_an_operator'],
    422: ['wrong_password'],
    429: ['too_many_attempts'],
    503: ['too_many_logins'],
  })
  @HttpCode(HttpStatus.OK)
  async startTotp(
    @Body() { password }: OwnPasswordDto,
    @Req() { ip }: FastifyRequest,
  ): Promise<TotpStartView> {
    return await this.#totp.start(requireCaller(), password, ip);
  }

  /** Turns two-step login on. The recovery codes are shown this once. */
  @Post('totp/confirm')
  @Operation('confirmTotp', {
    example: { code: '123456' },
    409: ['not_an_operator'],
    422: ['wrong_code'],
  })
  @HttpCode(HttpStatus.OK)
  async confirmTotp(@Body() { code }: ConfirmTotpDto): Promise<RecoveryCodesView> {
    return { recoveryCodes: await this.#totp.confirm(requireCaller(), code) };
  }

  /** Turns two-step login off. The recovery codes are gone with it. */
  @Delete('totp')
  @Operation('stopTotp', {
    example: { password: 'correct horse battery' },
    409: ['not_an_operator'],
    422: ['wrong_password'],
    429: ['too_many_attempts'],
    503: ['too_many_logins'],
  })
  @HttpCode(HttpStatus.NO_CONTENT)
  async stopTotp(
    @Body() { password }: OwnPasswordDto,
    @Req() { ip }: FastifyRequest,
  ): Promise<void> {
    await this.#totp.stop(requireCaller(), password, ip);
  }

  /** Makes ten new recovery codes. The former ones are good no more. */
  @Post('recovery-codes')
  @Operation('renewRecoveryCodes', {
    example: { password: 'correct horse battery' },
    409: ['not_an_operator', 'totp_off'],
    422: ['wrong_password'],
    429: ['too_many_attempts'],
    503: ['too_many_logins'],
  })
  @HttpCode(HttpStatus.OK)
  async renewRecoveryCodes(
    @Body() { password }: OwnPasswordDto,
    @Req() { ip }: FastifyRequest,
  ): Promise<RecoveryCodesView> {
    const codes = await this.#totp.renewRecoveryCodes(requireCaller(), password, ip);
    return { recoveryCodes: codes };
  }
}
