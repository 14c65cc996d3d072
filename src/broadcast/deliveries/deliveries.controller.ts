import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Operation, Refuses } from '../../http/openapi/operation.decorator.js';
import { Needs } from '../../access/needs.decorator.js';
import { OPENID_PATTERN } from '../../kernel/ids.js';
import { BroadcastIdPipe } from '../compose/broadcast-id.pipe.js';
import { Broadcasts } from '../engine/record/broadcasts.js';
import { deliveriesPurged, deliveryNotFound } from './delivery-not-found.js';
import {
  DeliveriesQuery,
  type DeliveryPageView,
  type DeliveryView,
  toDeliveryView,
} from './deliveries.dto.js';
import { DeliveryList } from './delivery-list.js';

@ApiTags('broadcasts')
@Refuses({ 410: ['deliveries_purged'] })
@Controller('v1/broadcasts/:id/deliveries')
@Needs('broadcast.read')
export class DeliveriesController {
  readonly #broadcasts: Broadcasts;
  readonly #deliveries: DeliveryList;

  constructor(broadcasts: Broadcasts, deliveries: DeliveryList) {
    this.#broadcasts = broadcasts;
    this.#deliveries = deliveries;
  }

  /**
   * Lists the recipients of a broadcast, and what became of each. A filter may leave pages short or empty: go on
   * while there is a `next`.
   */
  @Operation('listDeliveries', { 400: ['cursor_invalid'] })
  @Get()
  async list(
    @Param('id', BroadcastIdPipe) id: string,
    @Query() { state, errcode, after, limit }: DeliveriesQuery,
  ): Promise<DeliveryPageView> {
    await this.#requireKept(id);
    const { items, next } = await this.#deliveries.list(id, { state, errcode }, after, limit);
    return { items: items.map(toDeliveryView), next };
  }

  /** Shows what became of one recipient. By the openid. */
  @Operation('getDelivery', { 404: ['delivery_not_found'] })
  @Get(':openid')
  async show(
    @Param('id', BroadcastIdPipe) id: string,
    @Param('openid') openid: string,
  ): Promise<DeliveryView> {
    await this.#requireKept(id);
    const row = OPENID_PATTERN.test(openid)
      ? await this.#deliveries.findDelivery(id, openid)
      : undefined;
    if (row === undefined) throw deliveryNotFound();
    return toDeliveryView(row);
  }

  async #requireKept(id: string): Promise<void> {
    const { purgedAt } = await this.#broadcasts.requireBroadcast(id);
    if (purgedAt !== null) throw deliveriesPurged(purgedAt);
  }
}
