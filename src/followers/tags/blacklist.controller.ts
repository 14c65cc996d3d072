import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Needs } from '../../access/needs.decorator.js';
import { AccountsService } from '../../accounts/accounts.service.js';
import { Operation } from '../../http/openapi/operation.decorator.js';
import { Blacklist } from './blacklist.js';
import { BlacklistPageView, BlacklistQuery } from './blacklist.dto.js';

@ApiTags('tags')
@Controller('v1/accounts/:appid/blacklist')
export class BlacklistController {
  readonly #accounts: AccountsService;
  readonly #blacklist: Blacklist;

  constructor(accounts: AccountsService, blacklist: Blacklist) {
    this.#accounts = accounts;
    this.#blacklist = blacklist;
  }

  /**
   * Reads WeChat's own blacklist, a page a call. As it is now, in WeChat's order and with as many at once as WeChat
   * gives; each page is a call of the account's quota. Messages are not delivered to these people.
   */
  @Operation('readBlacklist', {
    409: ['account_faulted'],
    422: ['account_kind_without_followers', 'wechat_refused'],
    503: ['wechat_answer_unusable', 'wechat_busy', 'wechat_unreachable'],
  })
  @Get()
  @Needs('follower.sync')
  async read(
    @Param('appid') appid: string,
    @Query() { after }: BlacklistQuery,
  ): Promise<BlacklistPageView> {
    const account = await this.#accounts.requireAccount(appid);
    const { total, openids, next, asOf } = await this.#blacklist.read(account, after);
    return { total, items: openids.map((openid) => ({ openid })), next, asOf };
  }
}
