import { Controller, Get, Headers, Param, Res } from '@nestjs/common';
import { ApiHeader, ApiOkResponse, ApiNoContentResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Operation } from '../../../http/openapi/operation.decorator.js';
import { Needs } from '../../../access/needs.decorator.js';
import { BroadcastIdPipe } from '../../compose/broadcast-id.pipe.js';
import { Broadcasts } from '../../engine/record/broadcasts.js';
import { BroadcastWatches } from './broadcast-watches.js';
import { EventStream } from './event-stream.js';

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  // nginx would otherwise collect events until its buffer is full
  'x-accel-buffering': 'no',
};

@ApiTags('broadcasts')
@Controller('v1/broadcasts/:id/events')
@Needs('broadcast.read')
export class BroadcastEventsController {
  readonly #broadcasts: Broadcasts;
  readonly #watches: BroadcastWatches;

  constructor(broadcasts: Broadcasts, watches: BroadcastWatches) {
    this.#broadcasts = broadcasts;
    this.#watches = watches;
  }

  /**
   * Watches a broadcast by server-sent events. `progress` comes at most twice a second, `state` for whatever happens
   * to the broadcast, `end` once nothing more can. `Last-Event-ID` resumes, and 204 says that nothing more will come.
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
    @Headers('last-event-id') lastEventId: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.#broadcasts.requireBroadcast(id);
    const seen = /^\d{1,15}$/.test(lastEventId ?? '') ? Number(lastEventId) : undefined;
    if (seen !== undefined && (await this.#watches.hasNothingNewFor(id, seen))) {
      // 204 is how a browser is told not to connect again.
      await reply.code(204).send();
      return;
    }
    // Right before it counts: whoever waited for the look-ups has not been counted yet.
    this.#watches.refuseWhenFull();
    reply.hijack();
    reply.raw.writeHead(200, { ...outgoing(reply), ...HEADERS });
    this.#watches.watch(id, new EventStream(reply.raw), seen);
  }
}

/** What hooks have put on the answer would be lost with a hijacked reply. */
const outgoing = (reply: FastifyReply): Record<string, number | string | string[]> =>
  Object.fromEntries(
    Object.entries(reply.getHeaders()).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]],
    ),
  );
