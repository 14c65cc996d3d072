import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Role } from '../access/role.decorator.js';
import { PageQuery, type Page } from '../http/cursor.js';
import { DeliveryView, toDeliveryView } from './deliveries.dto.js';
import { type HistoryRow, OpenidHistory } from './openid-history.js';

/** One delivery of an openid's history. */
export class HistoryView extends DeliveryView {
  broadcastId!: string;
  broadcastName!: string | null;
  templateId!: string;
  purpose!: string;
  broadcastCreatedAt!: string;
}

@ApiTags('followers')
@Controller('v1/accounts/:appid/followers/:openid/deliveries')
@Role('viewer')
export class OpenidHistoryController {
  constructor(private readonly history: OpenidHistory) {}

  /** What this openid was sent, over all broadcasts, newest first. */
  @Get()
  async list(
    @Param('appid') appid: string,
    @Param('openid') openid: string,
    @Query() { after, limit }: PageQuery,
  ): Promise<Page<HistoryView>> {
    const { items, next } = await this.history.of(appid, openid, after, limit);
    return { items: items.map(toHistoryView), next };
  }
}

const toHistoryView = (row: HistoryRow): HistoryView => ({
  broadcastId: row.broadcast_id,
  broadcastName: row.name,
  templateId: row.template_id,
  purpose: row.purpose,
  broadcastCreatedAt: row.created_at.toISOString(),
  ...toDeliveryView(row),
});
