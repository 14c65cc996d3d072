import { Controller, Get, HttpCode, HttpStatus, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Needs } from '../access/needs.decorator.js';
import { Operation } from '../http/openapi/operation.decorator.js';
import { AccountCheckView, toCheckView } from './checkup.dto.js';
import { CheckupService } from './checkup.service.js';

@ApiTags('accounts')
@Controller('v1/accounts/:appid/check')
export class CheckupController {
  readonly #checkups: CheckupService;

  constructor(checkups: CheckupService) {
    this.#checkups = checkups;
  }

  /**
   * Reads what is left to do before an account can send and hear.
   *
   * Each step says what was found, and what to do about it with where to click in WeChat's pages. Steps that wait for
   * somebody turn `ok` by themselves; nothing is asked of WeChat here.
   */
  @Get()
  @Operation('getAccountCheck')
  @Needs('account.read')
  async show(@Param('appid') appid: string): Promise<AccountCheckView> {
    return toCheckView(await this.#checkups.show(appid));
  }

  /**
   * Starts a check of an account, unless one runs.
   *
   * It asks WeChat for a token, looks at the callback as WeChat has it, and reads templates and followers; the steps
   * are read by `GET` meanwhile. It takes seconds, and a minute at most.
   */
  @Post()
  @Operation('startAccountCheck')
  @Needs('account.check')
  @HttpCode(HttpStatus.ACCEPTED)
  async start(@Param('appid') appid: string): Promise<AccountCheckView> {
    return toCheckView(await this.#checkups.start(appid));
  }
}
