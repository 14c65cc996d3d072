import { Body, Controller, Get, HttpCode, HttpStatus, Param, Post, Query } from '@nestjs/common';
import { ApiBody, ApiExtraModels, ApiTags, getSchemaPath } from '@nestjs/swagger';
import { Operation } from '../../http/openapi/operation.decorator.js';
import { TakesLists } from '../../http/body-bounds.js';
import { Needs } from '../../access/needs.decorator.js';
import { AccountsService } from '../../accounts/accounts.service.js';
import { PageQuery } from '../../http/cursor.js';
import { OpenidPipe } from '../../http/openid.pipe.js';
import { Grants } from './grants.js';
import {
  SubscriptionGrantDto,
  GrantListDto,
  type GrantPageView,
  type GrantsToldView,
  toGrantView,
} from './grants.dto.js';
import { ToldGrants } from './told-grants.js';

/** Longer lists never reach `checkGrants`, which refuses more than 10,000 with an error of its own. */
const LISTS = { '': 20_000, items: 20_000 };

@ApiTags('mini programs')
@ApiExtraModels(SubscriptionGrantDto, GrantListDto)
@Controller('v1/accounts/:appid/grants')
@Needs('follower.read')
export class GrantsController {
  readonly #accounts: AccountsService;
  readonly #grants: Grants;
  readonly #told: ToldGrants;

  constructor(accounts: AccountsService, grants: Grants, told: ToldGrants) {
    this.#accounts = accounts;
    this.#grants = grants;
    this.#told = told;
  }

  /**
   * Counts grants that WeChat does not push. Those given without a popup (总是保持以上选择), or to an older system: one, or
   * up to 10,000 as `items`, all of them or none. Told again, or by WeChat too, each counts once.
   */
  @Operation('addGrants', {
    example: {
      openid: 'o-sItuA-ArK7CegaFDtOBFoR_421',
      templateId: 'D4n1JzuhL-h2ewXYiUVdXIHLQWAjvvOiWcoSH-nSgng',
      at: '2026-11-28T19:30:00+08:00',
    },
    413: ['grants_too_many'],
    422: ['grants_empty', 'grants_refused'],
  })
  @Post()
  @TakesLists(LISTS)
  @Needs('grant.manage')
  @HttpCode(HttpStatus.OK)
  @ApiBody({
    schema: {
      oneOf: [
        { $ref: getSchemaPath(SubscriptionGrantDto) },
        { $ref: getSchemaPath(GrantListDto) },
        { type: 'array', items: { $ref: getSchemaPath(SubscriptionGrantDto) } },
      ],
    },
  })
  async tell(@Param('appid') appid: string, @Body() body: unknown): Promise<GrantsToldView> {
    const { id } = await this.#accounts.requireAccount(appid);
    return this.#told.take(id, body);
  }

  /** Lists what somebody lets us send, by template. Empty where we have never heard of them. */
  @Operation('listGrants', { 400: ['openid_invalid'] })
  @Get(':openid')
  async of(
    @Param('appid') appid: string,
    @Param('openid', OpenidPipe) openid: string,
    @Query() { after, limit }: PageQuery,
  ): Promise<GrantPageView> {
    const { id } = await this.#accounts.requireAccount(appid);
    const { items, next } = await this.#grants.list(id, openid, {
      ...(after !== undefined && { after }),
      limit,
    });
    return { items: items.map(toGrantView), next };
  }
}
