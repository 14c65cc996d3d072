import { Controller, Get, Headers, Param, Query, Req, Res } from '@nestjs/common';
import { ApiHeader, ApiOkResponse, ApiNoContentResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Operation } from '../../../http/openapi/operation.decorator.js';
import { Needs } from '../../../access/needs.decorator.js';
import { requireCaller } from '../../../access/require-caller.js';
import { BroadcastIdPipe } from '../../compose/broadcast-id.pipe.js';
import { BroadcastWatches } from './broadcast-watches.js';
import { EventsQuery } from './events.dto.js';
import { openStream } from './stream-headers.js';
import { TopicStreams } from './topic-streams.js';

@ApiTags('broadcasts')
@Controller('v1/broadcasts/:id/events')
@Needs('broadcast.read')
export class BroadcastEventsController {
  readonly #watches: BroadcastWatches;
  readonly #streams: TopicStreams;

  constructor(watches: BroadcastWatches, streams: TopicStreams) {
    this.#watches = watches;
    this.#streams = streams;
  }

  /**
   * Watches a broadcast by server-sent events. `progress` comes at most twice a second, `state` for whatever happens
   * to the broadcast, `end` once nothing more can. `Last-Event-ID` resumes, and 204 says that nothing more will come.
   * `bye` says why a stream ends before that, as in `GET /v1/events`.
   */
  @Operation('watchBroadcast', { 503: ['too_many_watchers'] })
  @Get()
  @ApiOkResponse({
    description: 'Events, each with `id`, `event` and one line of JSON as `data`.',
    content: { 'text/event-stream': { schema: { type: 'string' } } },
  })
  @ApiNoContentResponse({ description: 'Nothing more will come: do not connect again.' })
  @ApiHeader({ name: 'Last-Event-ID', required: false })
  async watch(
    @Param('id', BroadcastIdPipe) id: string,
    @Query() { from }: EventsQuery,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const caller = requireCaller();
    const topics = await this.#streams.requireTopics([`broadcast:${id}`], caller);
    const after = lastEventId ?? from ?? '';
    const seen = /^\d{1,15}$/.test(after) ? Number(after) : undefined;
    if (seen !== undefined && (await this.#watches.hasNothingNewFor(id, seen))) {
      // 204 is how a browser is told not to connect again.
      await reply.code(204).send();
      return;
    }
    // Right before it counts: whoever waited for the look-ups has not been counted yet.
    this.#watches.refuseWhenFull();
    const stream = openStream(reply);
    this.#watches.watch(id, stream, seen);
    this.#streams.keepAdmitted(stream, topics, { headers: request.headers, caller });
  }
}
