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
import { Operation } from '../../http/openapi/operation.decorator.js';
import { Needs } from '../../access/needs.decorator.js';
import { AUDIENCE_CONFLICTS, COMPOSE_CODES } from '../compose/compose-refusals.js';
import { BroadcastIdPipe } from '../compose/broadcast-id.pipe.js';
import type { WarnedBroadcastView } from '../progress/broadcast-view.dto.js';
import { BroadcastArchive } from './broadcast-archive.service.js';
import { BroadcastControl } from './broadcast-control.service.js';
import { BroadcastStart } from './broadcast-start.service.js';
import { VerbAnswers } from './verb-answers.js';
import { confirmationIn, PauseDto, ResumeDto, StartDto, VerbDto } from './verbs.dto.js';

const IDEMPOTENT = { name: 'Idempotency-Key', required: false };
const IF_MATCH = { name: 'If-Match', required: false };

@ApiTags('broadcasts')
@Controller('v1/broadcasts/:id')
export class BroadcastVerbsController {
  readonly #starts: BroadcastStart;
  readonly #broadcasts: BroadcastControl;
  readonly #archive: BroadcastArchive;
  readonly #answers: VerbAnswers;

  constructor(
    starts: BroadcastStart,
    broadcasts: BroadcastControl,
    archive: BroadcastArchive,
    answers: VerbAnswers,
  ) {
    this.#starts = starts;
    this.#broadcasts = broadcasts;
    this.#archive = archive;
    this.#answers = answers;
  }

  /**
   * Starts a draft. It is scheduled where its `startAt` lies ahead or its account has `undoSeconds`; one that is
   * scheduled or runs already is answered as it is: a second click sends nothing early.
   */
  @Operation('startBroadcast', {
    example: {},
    409: [
      'audience_gone',
      'changed_meanwhile',
      'confirm_required',
      'confirm_stale',
      'preflight_blocked',
      'preflight_required',
      'preflight_stale',
      'transition_not_allowed',
    ],
    422: ['confirm_mistyped', 'draft_incomplete'],
  })
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
    return this.#answers.of(asked, reply, (ask) => this.#starts.start(ask, confirmationIn(body)));
  }

  /** Starts a scheduled broadcast before its time. One that runs is answered as it is. */
  @Operation('startBroadcastNow', {
    example: {},
    409: [
      'changed_meanwhile',
      'confirm_required',
      'confirm_stale',
      ...AUDIENCE_CONFLICTS,
      'preflight_blocked',
      'preflight_required',
      'preflight_stale',
      'transition_not_allowed',
    ],
    422: [...COMPOSE_CODES, 'confirm_mistyped', 'start_at_out_of_range'],
  })
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
    return this.#answers.of(asked, reply, (ask) =>
      this.#starts.startNow(ask, confirmationIn(body)),
    );
  }

  /** Takes a start back, until `undoUntil`. It is a draft again, and nobody was sent to. */
  @Operation('undoBroadcast', {
    example: {},
    409: [
      'audience_frozen',
      'changed_meanwhile',
      'nothing_to_undo',
      'transition_not_allowed',
      'undo_passed',
    ],
  })
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

  /** Makes a scheduled broadcast a draft again. Unless its audience is frozen by now (409 `audience_frozen`). */
  @Operation('unscheduleBroadcast', {
    example: {},
    409: ['audience_frozen', 'changed_meanwhile', 'transition_not_allowed'],
  })
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

  /**
   * Pauses a broadcast. Messages in flight still settle; no other is sent until somebody resumes it. Paused again with
   * a `note`, it says why.
   */
  @Operation('pauseBroadcast', {
    example: {},
    409: ['changed_meanwhile', 'transition_not_allowed'],
  })
  @Post('pause')
  @Needs('broadcast.stop')
  @HttpCode(200)
  @ApiHeader(IDEMPOTENT)
  pause(
    @Param('id', BroadcastIdPipe) id: string,
    @Body() body: PauseDto,
    @Headers() headers: VerbHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<WarnedBroadcastView> {
    const asked = { id, verb: 'pause', body, headers } as const;
    return this.#answers.of(asked, reply, (ask) => this.#broadcasts.pause(ask, body.note));
  }

  /**
   * Lets a paused broadcast go on. It lifts the only hold that waits for a person; where several do, those that `holds`
   * names, else it refuses with their list (409 `name_the_holds`). Those that lift themselves stay.
   */
  @Operation('resumeBroadcast', {
    example: {},
    409: ['name_the_holds', 'transition_not_allowed'],
  })
  @Post('resume')
  @Needs('broadcast.send')
  @HttpCode(200)
  @ApiHeader(IDEMPOTENT)
  resume(
    @Param('id', BroadcastIdPipe) id: string,
    @Body() body: ResumeDto,
    @Headers() headers: VerbHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<WarnedBroadcastView> {
    const asked = { id, verb: 'resume', body, headers } as const;
    return this.#answers.of(asked, reply, (ask) => this.#broadcasts.resume(ask, body.holds));
  }

  /** Ends a broadcast for good. Whoever has not been sent to will not be; it asks for no confirmation. */
  @Operation('cancelBroadcast', {
    example: {},
    409: ['changed_meanwhile', 'transition_not_allowed'],
  })
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

  /**
   * Archives a broadcast that has ended. Lists and their counts leave it out from then on; by its id, in figures and in
   * the history of its people it stays as it was.
   */
  @Operation('archiveBroadcast', { example: {}, 409: ['transition_not_allowed'] })
  @Post('archive')
  @Needs('broadcast.send')
  @HttpCode(200)
  @ApiHeader(IDEMPOTENT)
  archive(
    @Param('id', BroadcastIdPipe) id: string,
    @Body() body: VerbDto,
    @Headers() headers: VerbHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<WarnedBroadcastView> {
    const asked = { id, verb: 'archive', body, headers } as const;
    return this.#answers.of(asked, reply, (ask) => this.#archive.archive(ask));
  }

  /** Takes a broadcast out of the archive. Lists show it again. */
  @Operation('unarchiveBroadcast', { example: {}, 409: ['transition_not_allowed'] })
  @Post('unarchive')
  @Needs('broadcast.send')
  @HttpCode(200)
  @ApiHeader(IDEMPOTENT)
  unarchive(
    @Param('id', BroadcastIdPipe) id: string,
    @Body() body: VerbDto,
    @Headers() headers: VerbHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<WarnedBroadcastView> {
    const asked = { id, verb: 'unarchive', body, headers } as const;
    return this.#answers.of(asked, reply, (ask) => this.#archive.unarchive(ask));
  }

  /** Deletes a draft. With its audience and its history; anything else stays (409). */
  @Operation('deleteBroadcast', { 409: ['transition_not_allowed'] })
  @Delete()
  @Needs('broadcast.edit')
  @HttpCode(HttpStatus.NO_CONTENT)
  async delete(@Param('id', BroadcastIdPipe) id: string): Promise<void> {
    await this.#broadcasts.delete(id);
  }
}

/** The headers that a verb may come with. */
type VerbHeaders = Readonly<Record<string, string | undefined>>;
