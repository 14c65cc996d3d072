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
import { TesterInvites } from './tester-invites.js';
import {
  AddTesterDto,
  TesterInviteView,
  TesterPageView,
  TestersQuery,
  TesterView,
} from './testers.dto.js';
import { Testers } from './testers.service.js';

@ApiTags('testers')
@Controller('v1/accounts/:appid/testers')
export class TestersController {
  readonly #accounts: AccountsService;
  readonly #testers: Testers;
  readonly #invites: TesterInvites;

  constructor(accounts: AccountsService, testers: Testers, invites: TesterInvites) {
    this.#accounts = accounts;
    this.#testers = testers;
    this.#invites = invites;
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

  /**
   * Makes a code for a tester to scan. Draw `text` as a QR code; it lasts half an hour.
   *
   * Whoever scans it is the first in `GET …/followers/recent`, with `invited`: there they are given their name. Where
   * WeChat gives the account no such codes, the refusal says what to do instead.
   */
  @Post('invite')
  @Operation('inviteTester', {
    409: ['account_faulted'],
    422: ['account_kind_without_followers', 'wechat_refused'],
    503: ['wechat_busy', 'wechat_unreachable'],
  })
  @Needs('broadcast.test')
  async invite(@Param('appid') appid: string): Promise<TesterInviteView> {
    return await this.#invites.make(await this.#accounts.requireAccount(appid));
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
