import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Needs } from '../../access/needs.decorator.js';
import { Operation } from '../../http/openapi/operation.decorator.js';
import { BroadcastIdPipe } from '../compose/broadcast-id.pipe.js';
import { BroadcastReports } from '../progress/broadcast-reports.js';
import { explained } from '../progress/explained-errcode.js';
import { Series } from '../progress/series/series.js';
import { SeriesQuery, type SeriesView } from '../progress/series/series.dto.js';
import { DeliveryList } from './delivery-list.js';
import { errorWords } from './error-words.js';
import type { BroadcastErrorsView } from './errors.dto.js';

const SAMPLES = 3;
/** Errcodes that are explained; a broadcast meets a handful. */
const MOST = 50;

@ApiTags('broadcasts')
@Controller('v1/broadcasts/:id')
@Needs('broadcast.read')
export class BroadcastErrorsController {
  readonly #reports: BroadcastReports;
  readonly #deliveries: DeliveryList;
  readonly #series: Series;

  constructor(reports: BroadcastReports, deliveries: DeliveryList, series: Series) {
    this.#reports = reports;
    this.#deliveries = deliveries;
    this.#series = series;
  }

  /** Lists the errcodes of a broadcast, the most frequent first. Each with whose turn it is and what is left to do. */
  @Operation('listBroadcastErrors')
  @Get('errors')
  async errors(@Param('id', BroadcastIdPipe) id: string): Promise<BroadcastErrorsView> {
    const { errors, broadcast } = await this.#reports.requireReport(id);
    const all = errors.reduce((sum, { count }) => sum + count, 0);
    const isKept = broadcast.purgedAt === null;
    const items = await Promise.all(
      errors.slice(0, MOST).map(async ({ errcode, count }) => {
        const { meaning, remedy } = explained(errcode);
        return {
          errcode,
          count,
          share: count / all,
          meaning,
          remedy,
          ...errorWords(remedy),
          openids: isKept ? await this.#samples(id, errcode) : [],
          link: `/v1/broadcasts/${id}/deliveries?errcode=${errcode}`,
        };
      }),
    );
    return { items };
  }

  /** Shows how a broadcast moved. Its counters and its rate over time, as workers noted them each five seconds. */
  @Operation('getBroadcastSeries')
  @Get('series')
  async series(
    @Param('id', BroadcastIdPipe) id: string,
    @Query() { step }: SeriesQuery,
  ): Promise<SeriesView> {
    await this.#reports.requireReport(id);
    return this.#series.of(id, step);
  }

  async #samples(id: string, errcode: number): Promise<string[]> {
    const { items } = await this.#deliveries.list(id, { errcode }, undefined, SAMPLES);
    return items.map(({ openid }) => openid);
  }
}
