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
import { Operation } from '../../http/openapi/operation.decorator.js';
import { Needs } from '../../access/needs.decorator.js';
import { AccountsService } from '../../accounts/accounts.service.js';
import { both } from '../../kernel/bilingual.js';
import { DomainError } from '../../kernel/domain-error.js';
import { maskOpenid } from '../../kernel/ids.js';
import {
  AddSuppressionDto,
  type SuppressionPageView,
  SuppressionsQuery,
  type SuppressionView,
  toSuppressionView,
} from './suppressions.dto.js';
import { SuppressionsService } from './suppressions.service.js';

@ApiTags('followers')
@Controller('v1/accounts/:appid/suppressions')
@Needs('follower.read')
export class SuppressionsController {
  readonly #accounts: AccountsService;
  readonly #suppressions: SuppressionsService;

  constructor(accounts: AccountsService, suppressions: SuppressionsService) {
    this.#accounts = accounts;
    this.#suppressions = suppressions;
  }

  /** Lists those to whom nothing is sent. In the order of their openids. */
  @Operation('listSuppressions')
  @Get()
  async list(
    @Param('appid') appid: string,
    @Query() { after, limit }: SuppressionsQuery,
  ): Promise<SuppressionPageView> {
    const { id } = await this.#accounts.requireAccount(appid);
    const { items, next } = await this.#suppressions.list(id, {
      ...(after !== undefined && { after }),
      limit,
    });
    return { items: items.map(toSuppressionView), next };
  }

  /** Sends nothing to this openid any more. Until it is removed here; a message that is on its way still arrives. */
  @Operation('addSuppression', {
    example: { openid: 'o-sItuA-ArK7CegaFDtOBFoR_421', note: '本人来电要求' },
  })
  @Post()
  @Needs('suppression.manage')
  async add(
    @Param('appid') appid: string,
    @Body() { openid, note }: AddSuppressionDto,
  ): Promise<SuppressionView> {
    const { id } = await this.#accounts.requireAccount(appid);
    return toSuppressionView(await this.#suppressions.add(id, openid, note ?? null));
  }

  /**
   * Lets an openid receive again. Also somebody who blocked the account: the next receipt that says so suppresses
   * them anew.
   */
  @Operation('removeSuppression', { 404: ['suppression_not_found'] })
  @Delete(':openid')
  @Needs('suppression.manage')
  @HttpCode(HttpStatus.NO_CONTENT)
  async remove(@Param('appid') appid: string, @Param('openid') openid: string): Promise<void> {
    const { id } = await this.#accounts.requireAccount(appid);
    if (await this.#suppressions.remove(id, openid)) return;
    throw new DomainError(
      'not-found',
      'suppression_not_found',
      both(
        `${maskOpenid(openid)} 不在 ${appid} 的屏蔽名单中。`,
        `${appid} does not suppress ${maskOpenid(openid)}.`,
        { openid: maskOpenid(openid), appid },
      ),
    );
  }
}
