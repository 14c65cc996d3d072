import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  HttpStatus,
  Param,
  Post,
  Query,
} from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Needs } from '../../access/needs.decorator.js';
import { AccountsService } from '../../accounts/accounts.service.js';
import { Operation } from '../../http/openapi/operation.decorator.js';
import { OpenidPipe } from '../../http/openid.pipe.js';
import { AddTesterDto, TesterPageView, TestersQuery, TesterView } from './testers.dto.js';
import { Testers } from './testers.service.js';

@ApiTags('testers')
@Controller('v1/accounts/:appid/testers')
export class TestersController {
  readonly #accounts: AccountsService;
  readonly #testers: Testers;

  constructor(accounts: AccountsService, testers: Testers) {
    this.#accounts = accounts;
    this.#testers = testers;
  }

  /** Lists the people to whom tests are sent. In the order of their openids. */
  @Get()
  @Operation('listTesters')
  @Needs('follower.read')
  async list(
    @Param('appid') appid: string,
    @Query() { after, limit }: TestersQuery,
  ): Promise<TesterPageView> {
    const { id } = await this.#accounts.requireAccount(appid);
    return await this.#testers.list(id, after, limit);
  }

  /** Makes somebody a tester. Who is one already gets the new name. An account has at most 100. */
  @Post()
  @Operation('addTester', {
    example: { openid: 'o-sItuA-ArK7CegaFDtOBFoR_421', name: '王芳' },
    409: ['tester_limit'],
  })
  @Needs('broadcast.test')
  async add(@Param('appid') appid: string, @Body() tester: AddTesterDto): Promise<TesterView> {
    return await this.#testers.put(await this.#accounts.requireAccount(appid), tester);
  }

  /** Takes somebody off the testers. They keep following the account, and get what its audiences get. */
  @Delete(':openid')
  @Operation('removeTester', { 400: ['openid_invalid'], 404: ['tester_not_found'] })
  @Needs('broadcast.test')
  @HttpCode(HttpStatus.NO_CONTENT)
  async remove(
    @Param('appid') appid: string,
    @Param('openid', OpenidPipe) openid: string,
  ): Promise<void> {
    await this.#testers.remove(await this.#accounts.requireAccount(appid), openid);
  }
}
