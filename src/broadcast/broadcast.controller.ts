import {
  Body,
  Controller,
  Get,
  Headers,
  HttpCode,
  Param,
  Patch,
  Post,
  Query,
  Res,
} from '@nestjs/common';
import { ApiHeader, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Role } from '../access/role.decorator.js';
import { BroadcastCreation } from './broadcast-creation.service.js';
import { BroadcastIdPipe } from './broadcast-id.pipe.js';
import { BroadcastList } from './broadcast-list.js';
import { type BroadcastPageView, type BroadcastView, toView } from './broadcast-view.dto.js';
import { BroadcastListQuery, ChangeBroadcastDto, CreateBroadcastDto } from './broadcast.dto.js';
import { BroadcastReports } from './broadcast.report.js';
import { BroadcastService } from './broadcast.service.js';

@ApiTags('broadcasts')
@Controller('v1/broadcasts')
export class BroadcastController {
  constructor(
    private readonly creation: BroadcastCreation,
    private readonly broadcasts: BroadcastService,
    private readonly reports: BroadcastReports,
    private readonly broadcastList: BroadcastList,
  ) {}

  /** Answers as soon as the broadcast is on record; watch it with GET or its events. */
  @Post()
  @HttpCode(202)
  @Role('sender')
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  async create(
    @Body() request: CreateBroadcastDto,
    @Headers('idempotency-key') key: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<BroadcastView> {
    const { id, replayed } = await this.creation.create(request, key);
    if (replayed) reply.header('Idempotent-Replayed', 'true');
    return await this.#view(id);
  }

  /** Newest first. A filter may leave pages short or empty: go on while there is a `next`. */
  @Get()
  @Role('viewer')
  async list(@Query() query: BroadcastListQuery): Promise<BroadcastPageView> {
    const { items, next } = await this.broadcastList.page(query);
    return { items: (await this.reports.of(items)).map(toView), next };
  }

  @Get(':id')
  @Role('viewer')
  show(@Param('id', BroadcastIdPipe) id: string): Promise<BroadcastView> {
    return this.#view(id);
  }

  @Patch(':id')
  @Role('sender')
  async change(
    @Param('id', BroadcastIdPipe) id: string,
    @Body() change: ChangeBroadcastDto,
  ): Promise<BroadcastView> {
    await this.broadcasts.change(id, change);
    return await this.#view(id);
  }

  @Post(':id/pause')
  @HttpCode(200)
  @Role('sender')
  async pause(@Param('id', BroadcastIdPipe) id: string): Promise<BroadcastView> {
    await this.broadcasts.pause(id);
    return await this.#view(id);
  }

  /** Lifts the holds that wait for a person. */
  @Post(':id/resume')
  @HttpCode(200)
  @Role('sender')
  async resume(@Param('id', BroadcastIdPipe) id: string): Promise<BroadcastView> {
    await this.broadcasts.resume(id);
    return await this.#view(id);
  }

  /** Ends it for good: whoever has not been sent to will not be. */
  @Post(':id/cancel')
  @HttpCode(200)
  @Role('sender')
  async cancel(@Param('id', BroadcastIdPipe) id: string): Promise<BroadcastView> {
    await this.broadcasts.cancel(id);
    return await this.#view(id);
  }

  async #view(id: string): Promise<BroadcastView> {
    return toView(await this.reports.require(id));
  }
}
