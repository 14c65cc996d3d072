import { Controller, Get, Headers, Query, Req, Res } from '@nestjs/common';
import { ApiHeader, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Needs } from '../../../access/needs.decorator.js';
import { requireCaller } from '../../../access/require-caller.js';
import { Operation } from '../../../http/openapi/operation.decorator.js';
import { openStream } from './stream-headers.js';
import { TopicStreams } from './topic-streams.js';
import { TopicsQuery } from './topics.dto.js';

@ApiTags('broadcasts')
@Controller('v1/events')
@Needs('self')
export class TopicsController {
  readonly #streams: TopicStreams;

  constructor(streams: TopicStreams) {
    this.#streams = streams;
  }

  /**
   * Watches many things by one stream of server-sent events. Of a broadcast come `progress`, `state`, `edited`, `why`
   * (ask `…/why`) and `end`, each with its `id`; of an account, each with its appid, `account` when something about it
   * has changed (`held`, `fault`), `check` when a step of its check has (as `GET …/check` answers) and `uploads` when one
   * of its newest twenty has (state and counts of each); of oneself `me`,
   * when one's rights have. `bye` comes last, with a `reason`: the code of the 401 that the next request gets (such as
   * `session_expired`, `disabled`), `rights` where a topic may be heard no more, or `token_renewed` or `stopping`, where
   * connecting again is enough. `Last-Event-ID` resumes without a gap. It prolongs no session.
   */
  @Operation('watchTopics', {
    404: ['account_not_found', 'broadcast_not_found'],
    503: ['too_many_watchers'],
  })
  @Get()
  @ApiOkResponse({
    description: 'Events, each with `event` and one line of JSON as `data`, most with an `id`.',
    content: { 'text/event-stream': { schema: { type: 'string' } } },
  })
  @ApiHeader({ name: 'Last-Event-ID', required: false })
  async watch(
    @Query() { topics: names, from }: TopicsQuery,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const caller = requireCaller();
    const topics = await this.#streams.requireTopics(names, caller);
    // Right before it counts: whoever waited for the look-ups has not been counted yet.
    this.#streams.refuseWhenFull();
    this.#streams.open(openStream(reply), {
      topics,
      me: names.includes('me'),
      caller,
      headers: request.headers,
      from: lastEventId ?? from,
    });
  }
}
