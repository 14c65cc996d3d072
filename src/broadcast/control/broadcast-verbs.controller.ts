import {
  Body,
  Controller,
  Delete,
  Headers,
  HttpCode,
  HttpStatus,
  Param,
  Post,
  Res,
} from '@nestjs/common';
import { ApiHeader, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Needs } from '../../access/needs.decorator.js';
import { BroadcastIdPipe } from '../compose/broadcast-id.pipe.js';
import type { WarnedBroadcastView } from '../progress/broadcast-view.dto.js';
import { BroadcastControl } from './broadcast-control.service.js';
import { BroadcastStart } from './broadcast-start.service.js';
import { VerbAnswers } from './verb-answers.js';
import { StartDto, VerbDto } from './verbs.dto.js';

const IDEMPOTENT = { name: 'Idempotency-Key', required: false };
const IF_MATCH = { name: 'If-Match', required: false };

@ApiTags('broadcasts')
@Controller('v1/broadcasts/:id')
export class BroadcastVerbsController {
  readonly #starts: BroadcastStart;
  readonly #broadcasts: BroadcastControl;
  readonly #answers: VerbAnswers;

  constructor(starts: BroadcastStart, broadcasts: BroadcastControl, answers: VerbAnswers) {
    this.#starts = starts;
    this.#broadcasts = broadcasts;
    this.#answers = answers;
  }

  /**
   * A draft starts, or is scheduled where its `startAt` lies ahead or its account has `undoSeconds`. One that is
   * scheduled or runs already is answered as it is: a second click sends nothing early.
   */
  @Post('start')
  @Needs('broadcast.send')
  @HttpCode(200)
  @ApiHeader(IDEMPOTENT)
  @ApiHeader(IF_MATCH)
  start(
    @Param('id', BroadcastIdPipe) id: string,
    @Body() body: StartDto,
    @Headers() headers: VerbHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<WarnedBroadcastView> {
    const asked = { id, verb: 'start', body, headers } as const;
    return this.#answers.of(asked, reply, (ask) => this.#starts.start(ask));
  }

  /** A scheduled broadcast starts before its time. One that runs is answered as it is. */
  @Post('start-now')
  @Needs('broadcast.send')
  @HttpCode(200)
  @ApiHeader(IDEMPOTENT)
  @ApiHeader(IF_MATCH)
  startNow(
    @Param('id', BroadcastIdPipe) id: string,
    @Body() body: StartDto,
    @Headers() headers: VerbHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<WarnedBroadcastView> {
    const asked = { id, verb: 'start-now', body, headers } as const;
    return this.#answers.of(asked, reply, (ask) => this.#starts.startNow(ask));
  }

  /** A start is taken back, until `undoUntil`: it is a draft again, and nobody was sent to. */
  @Post('undo')
  @Needs('broadcast.stop')
  @HttpCode(200)
  @ApiHeader(IDEMPOTENT)
  undo(
    @Param('id', BroadcastIdPipe) id: string,
    @Body() body: VerbDto,
    @Headers() headers: VerbHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<WarnedBroadcastView> {
    const asked = { id, verb: 'undo', body, headers } as const;
    return this.#answers.of(asked, reply, (ask) => this.#starts.undo(ask));
  }

  /** A scheduled broadcast becomes a draft again, unless its audience is frozen by now (409 `audience_frozen`). */
  @Post('unschedule')
  @Needs('broadcast.send')
  @HttpCode(200)
  @ApiHeader(IDEMPOTENT)
  @ApiHeader(IF_MATCH)
  unschedule(
    @Param('id', BroadcastIdPipe) id: string,
    @Body() body: VerbDto,
    @Headers() headers: VerbHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<WarnedBroadcastView> {
    const asked = { id, verb: 'unschedule', body, headers } as const;
    return this.#answers.of(asked, reply, (ask) => this.#starts.unschedule(ask));
  }

  /** Messages in flight still settle; no other is sent until somebody resumes it. */
  @Post('pause')
  @Needs('broadcast.stop')
  @HttpCode(200)
  @ApiHeader(IDEMPOTENT)
  pause(
    @Param('id', BroadcastIdPipe) id: string,
    @Body() body: VerbDto,
    @Headers() headers: VerbHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<WarnedBroadcastView> {
    const asked = { id, verb: 'pause', body, headers } as const;
    return this.#answers.of(asked, reply, (ask) => this.#broadcasts.pause(ask));
  }

  /** Lifts the holds that wait for a person. */
  @Post('resume')
  @Needs('broadcast.send')
  @HttpCode(200)
  @ApiHeader(IDEMPOTENT)
  resume(
    @Param('id', BroadcastIdPipe) id: string,
    @Body() body: VerbDto,
    @Headers() headers: VerbHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<WarnedBroadcastView> {
    const asked = { id, verb: 'resume', body, headers } as const;
    return this.#answers.of(asked, reply, (ask) => this.#broadcasts.resume(ask));
  }

  /** Ends it for good: whoever has not been sent to will not be. It asks for no confirmation. */
  @Post('cancel')
  @Needs('broadcast.stop')
  @HttpCode(200)
  @ApiHeader(IDEMPOTENT)
  cancel(
    @Param('id', BroadcastIdPipe) id: string,
    @Body() body: VerbDto,
    @Headers() headers: VerbHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<WarnedBroadcastView> {
    const asked = { id, verb: 'cancel', body, headers } as const;
    return this.#answers.of(asked, reply, (ask) => this.#broadcasts.cancel(ask));
  }

  /** A draft goes, with its audience and its history; anything else stays (409). */
  @Delete()
  @Needs('broadcast.send')
  @HttpCode(HttpStatus.NO_CONTENT)
  async delete(@Param('id', BroadcastIdPipe) id: string): Promise<void> {
    await this.#broadcasts.delete(id);
  }
}

/** The headers that a verb may come with. */
type VerbHeaders = Readonly<Record<string, string | undefined>>;
