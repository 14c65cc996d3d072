import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Needs } from '../../access/needs.decorator.js';
import { AccountsService } from '../../accounts/accounts.service.js';
import { Operation } from '../../http/openapi/operation.decorator.js';
import { RecentPushes } from './recent-pushes.js';
import { RecentPushesView, RecentQuery } from './testers.dto.js';

@ApiTags('testers')
@Controller('v1/accounts/:appid/followers/recent')
export class RecentPushesController {
  readonly #accounts: AccountsService;
  readonly #recent: RecentPushes;

  constructor(accounts: AccountsService, recent: RecentPushes) {
    this.#accounts = accounts;
    this.#recent = recent;
  }

  /**
   * Lists who has just written to the account, scanned its code, followed it, or used its menu.
   *
   * So a tester, who knows no openid, is found: they send “1”, and are the first here. It goes back an hour at most.
   */
  @Get()
  @Operation('listRecentPushes')
  @Needs('broadcast.test')
  async list(
    @Param('appid') appid: string,
    @Query() { minutes }: RecentQuery,
  ): Promise<RecentPushesView> {
    const { id } = await this.#accounts.requireAccount(appid);
    return { items: await this.#recent.list(id, minutes) };
  }
}
