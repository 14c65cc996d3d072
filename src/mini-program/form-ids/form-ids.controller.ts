import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiBody, ApiExtraModels, ApiTags, getSchemaPath } from '@nestjs/swagger';
import { Operation } from '../../http/openapi/operation.decorator.js';
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
   * Keeps form_ids, for the retired channel `wxopen-template`. One, or up to 10,000 as `items`: all of them are kept
   * or none. One that we have already counts once.
   */
  @Operation('addFormIds', {
    example: { openid: 'o-sItuA-ArK7CegaFDtOBFoR_421', formId: '1606093200000', kind: 'form' },
    413: ['form_ids_too_many'],
    422: ['account_kind_without_form_ids', 'form_ids_empty', 'form_ids_refused'],
  })
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

  /** Lists who has live form_ids, and how many. In the order of their openids. */
  @Operation('listFormIds', { 422: ['account_kind_without_form_ids'] })
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

  /** Shows the form_ids of one openid. What can be sent now, and what became of the others of these days. */
  @Operation('getFormIds', {
    400: ['openid_invalid'],
    422: ['account_kind_without_form_ids'],
  })
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
