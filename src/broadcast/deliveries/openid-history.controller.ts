import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Operation } from '../../http/openapi/operation.decorator.js';
import { Needs } from '../../access/needs.decorator.js';
import { PageQuery } from '../../http/cursor.js';
import { type HistoryPageView, toHistoryView } from './openid-history.dto.js';
import { OpenidHistory } from './openid-history.js';

@ApiTags('followers')
@Controller('v1/accounts/:appid/followers/:openid/deliveries')
@Needs('broadcast.read')
export class OpenidHistoryController {
  readonly #history: OpenidHistory;

  constructor(history: OpenidHistory) {
    this.#history = history;
  }

  /** Lists what an openid was sent. Over all broadcasts, newest first. */
  @Operation('listOpenidDeliveries', { 400: ['cursor_invalid'] })
  @Get()
  async list(
    @Param('appid') appid: string,
    @Param('openid') openid: string,
    @Query() { after, limit }: PageQuery,
  ): Promise<HistoryPageView> {
    const { items, next } = await this.#history.of(appid, openid, after, limit);
    return { items: items.map(toHistoryView), next };
  }
}
