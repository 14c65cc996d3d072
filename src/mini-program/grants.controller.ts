import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Role } from '../access/role.decorator.js';
import { AccountsService } from '../accounts/accounts.service.js';
import { PageQuery } from '../http/cursor.js';
import { OpenidPipe } from './openid.pipe.js';
import { Grants } from './grants.js';
import { type GrantPageView, toGrantView } from './grants.dto.js';

@ApiTags('mini programs')
@Controller('v1/accounts/:appid/grants')
@Role('viewer')
export class GrantsController {
  constructor(
    private readonly accounts: AccountsService,
    private readonly grants: Grants,
  ) {}

  /** What somebody lets us send, by template; empty where we have never heard of them. */
  @Get(':openid')
  async of(
    @Param('appid') appid: string,
    @Param('openid', OpenidPipe) openid: string,
    @Query() { after, limit }: PageQuery,
  ): Promise<GrantPageView> {
    const { id } = await this.accounts.require(appid);
    const { items, next } = await this.grants.list(id, openid, {
      ...(after !== undefined && { after }),
      limit,
    });
    return { items: items.map(toGrantView), next };
  }
}
