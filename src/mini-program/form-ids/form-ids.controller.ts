import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiBody, ApiExtraModels, ApiTags, getSchemaPath } from '@nestjs/swagger';
import { TakesLists } from '../../http/body-bounds.js';
import { Needs } from '../../access/needs.decorator.js';
import { AccountsService } from '../../accounts/accounts.service.js';
import {
  FormIdDto,
  FormIdListDto,
  type FormIdPageView,
  type FormIdsStoredView,
  FormIdsQuery,
  type FormIdStockView,
  toFormIdCountsView,
  toFormIdStockView,
} from './form-ids.dto.js';
import { FormIdsService } from './form-ids.service.js';
import { OpenidPipe } from '../../http/openid.pipe.js';

/** Longer lists never reach `checkFormIds`, which refuses more than 10,000 with an error of its own. */
const LISTS = { '': 20_000, items: 20_000 };

@ApiTags('mini programs')
@ApiExtraModels(FormIdDto, FormIdListDto)
@Controller('v1/accounts/:appid/form-ids')
@Needs('follower.read')
export class FormIdsController {
  readonly #accounts: AccountsService;
  readonly #formIds: FormIdsService;

  constructor(accounts: AccountsService, formIds: FormIdsService) {
    this.#accounts = accounts;
    this.#formIds = formIds;
  }

  /**
   * Keeps form_ids for the retired `wxopen-template` channel: one, or up to 10,000, all of them or none.
   */
  @Post()
  @TakesLists(LISTS)
  @Needs('grant.manage')
  @ApiBody({
    schema: {
      oneOf: [
        { $ref: getSchemaPath(FormIdDto) },
        { $ref: getSchemaPath(FormIdListDto) },
        { type: 'array', items: { $ref: getSchemaPath(FormIdDto) } },
      ],
    },
  })
  async collect(@Param('appid') appid: string, @Body() body: unknown): Promise<FormIdsStoredView> {
    return this.#formIds.collect(await this.#accounts.requireAccount(appid), body);
  }

  /** Who has live ones, and how many, in the order of their openids. */
  @Get()
  async list(
    @Param('appid') appid: string,
    @Query() { after, limit }: FormIdsQuery,
  ): Promise<FormIdPageView> {
    const { items, next } = await this.#formIds.list(await this.#accounts.requireAccount(appid), {
      ...(after !== undefined && { after }),
      limit,
    });
    return { items: items.map(toFormIdCountsView), next };
  }

  /** What there is of one openid, and what became of its others. */
  @Get(':openid')
  async of(
    @Param('appid') appid: string,
    @Param('openid', OpenidPipe) openid: string,
  ): Promise<FormIdStockView> {
    return toFormIdStockView(
      await this.#formIds.of(await this.#accounts.requireAccount(appid), openid),
    );
  }
}
