import { Body, Controller, Get, Headers, HttpCode, Param, Post, Res } from '@nestjs/common';
import { ApiHeader, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Operation } from '../../http/openapi/operation.decorator.js';
import { Needs } from '../../access/needs.decorator.js';
import { BroadcastCreation } from '../compose/broadcast-creation.service.js';
import { BroadcastWarnings } from '../compose/broadcast-warnings.js';
import { COMPOSE_CODES, EXAMPLE_MESSAGE, EXAMPLE_OPENID } from '../compose/compose-refusals.js';
import { MessageIdPipe } from './message-id.pipe.js';
import {
  type SingleMessageView,
  toSingleMessageView,
  toWarnedMessageView,
  type WarnedMessageView,
} from './single-message-view.dto.js';
import { SingleMessageDto } from '../compose/single-message.dto.js';
import { SingleMessageReports } from './single-message-reports.js';

@ApiTags('messages')
@Controller('v1/messages')
export class MessagesController {
  readonly #creation: BroadcastCreation;
  readonly #reports: SingleMessageReports;
  readonly #warnings: BroadcastWarnings;

  constructor(
    creation: BroadcastCreation,
    reports: SingleMessageReports,
    warnings: BroadcastWarnings,
  ) {
    this.#creation = creation;
    this.#reports = reports;
    this.#warnings = warnings;
  }

  /**
   * Sends one message to one person, ahead of the broadcasts. Answers as soon as the message is on record; whoever
   * asks with the same `dedupeKey` gets the same answer. What becomes of it, `GET` tells.
   */
  @Operation('createMessage', {
    example: {
      ...EXAMPLE_MESSAGE,
      openid: EXAMPLE_OPENID,
      dedupeKey: 'video-invitation-77',
    },
    400: ['fields_or_content'],
    404: ['account_not_found'],
    422: [...COMPOSE_CODES],
  })
  @Post()
  @HttpCode(202)
  @Needs('broadcast.send')
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  async create(
    @Body() request: SingleMessageDto,
    @Headers('idempotency-key') key: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<WarnedMessageView> {
    const { id, replayed } = await this.#creation.createSingle(request, key);
    if (replayed) reply.header('Idempotent-Replayed', 'true');
    const report = await this.#reports.requireReport(id);
    const { account, channel, template_id: templateId, message } = report;
    return toWarnedMessageView(
      report,
      await this.#warnings.of(account, { channel, templateId, message }),
    );
  }

  /**
   * Shows a message, and what became of it. Its id is a broadcast's, too: `GET /v1/broadcasts/{id}` shows it in full.
   */
  @Operation('getMessage', {
    404: ['message_not_found'],
    410: ['deliveries_purged'],
  })
  @Get(':id')
  @Needs('broadcast.read')
  async show(@Param('id', MessageIdPipe) id: string): Promise<SingleMessageView> {
    return toSingleMessageView(await this.#reports.requireReport(id));
  }
}
