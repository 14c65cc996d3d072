import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
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

  /** What this openid was sent, over all broadcasts, newest first. */
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
