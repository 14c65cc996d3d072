import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Needs } from '../../../access/needs.decorator.js';
import { page } from '../../../http/cursor.js';
import { Operation } from '../../../http/openapi/operation.decorator.js';
import { BroadcastIdPipe } from '../../compose/broadcast-id.pipe.js';
import { Broadcasts } from '../../engine/record/broadcasts.js';
import { BroadcastEventsRepository } from './broadcast-events.repository.js';
import { Why } from '../why/why.js';
import type { WhyView } from '../why/why.dto.js';
import { type TimelinePageView, TimelineQuery, toTimelineEvent } from './timeline.dto.js';

@ApiTags('broadcasts')
@Controller('v1/broadcasts/:id')
@Needs('broadcast.read')
export class TimelineController {
  readonly #broadcasts: Broadcasts;
  readonly #events: BroadcastEventsRepository;
  readonly #why: Why;

  constructor(broadcasts: Broadcasts, events: BroadcastEventsRepository, why: Why) {
    this.#broadcasts = broadcasts;
    this.#events = events;
    this.#why = why;
  }

  /** Lists what happened to a broadcast, newest first. Each event has words in both languages, and who did it. */
  @Operation('listBroadcastEvents')
  @Get('timeline')
  async timeline(
    @Param('id', BroadcastIdPipe) id: string,
    @Query() { after, limit }: TimelineQuery,
  ): Promise<TimelinePageView> {
    await this.#broadcasts.requireBroadcast(id);
    const below = after === undefined ? Number.MAX_SAFE_INTEGER : Number(after);
    const events = await this.#events.before(id, below, limit + 1);
    const { items, next } = page(events, limit, (last) => String(last.id));
    return { items: items.map(toTimelineEvent), next };
  }

  /**
   * Says why a broadcast does not send. Every gate in the order in which it is asked, with what was found, when it lifts
   * by itself and what mends it; and one sentence, which is how fast it goes where nothing stands in the way.
   */
  @Operation('explainBroadcast')
  @Get('why')
  why(@Param('id', BroadcastIdPipe) id: string): Promise<WhyView> {
    return this.#why.of(id);
  }
}
