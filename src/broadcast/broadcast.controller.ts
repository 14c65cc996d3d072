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
import { ApiBody, ApiConsumes, ApiHeader, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Operation } from '../http/openapi/operation.decorator.js';
import { Needs } from '../access/needs.decorator.js';
import { isMergePatch, TakesLists } from '../http/body-bounds.js';
import { seenIn } from '../http/if-match.js';
import { BroadcastChange } from './compose/broadcast-change.service.js';
import { BroadcastCreation } from './compose/broadcast-creation.service.js';
import type { Creation } from './compose/broadcast-insertion.js';
import { DraftCreation, isDraft } from './compose/draft-creation.js';
import {
  AUDIENCE_CONFLICTS,
  COMPOSE_CODES,
  EXAMPLE_MESSAGE,
  EXAMPLE_OPENID,
} from './compose/compose-refusals.js';
import { OPENID_LISTS } from './compose/openid-lists.js';
import { BroadcastIdPipe } from './compose/broadcast-id.pipe.js';
import { BroadcastAnswers } from './progress/broadcast-answers.js';
import { BroadcastList } from './progress/broadcast-list.js';
import { BroadcastListQuery } from './progress/broadcast-list.dto.js';
import type { BroadcastPageView } from './progress/broadcast-row.dto.js';
import type { WarnedBroadcastView } from './progress/broadcast-view.dto.js';
import { AccountScopes } from '../accounts/account-scopes.js';
import {
  ChangeBroadcastDto,
  CreateBroadcastDto,
  TestBroadcastDto,
} from './compose/broadcast.dto.js';

@ApiTags('broadcasts')
@Controller('v1/broadcasts')
export class BroadcastController {
  readonly #creation: BroadcastCreation;
  readonly #drafts: DraftCreation;
  readonly #changes: BroadcastChange;
  readonly #broadcastList: BroadcastList;
  readonly #answers: BroadcastAnswers;
  readonly #scopes: AccountScopes;

  constructor(
    creation: BroadcastCreation,
    drafts: DraftCreation,
    changes: BroadcastChange,
    broadcastList: BroadcastList,
    answers: BroadcastAnswers,
    scopes: AccountScopes,
  ) {
    this.#creation = creation;
    this.#drafts = drafts;
    this.#changes = changes;
    this.#broadcastList = broadcastList;
    this.#answers = answers;
    this.#scopes = scopes;
  }

  /**
   * Makes a broadcast, and starts it unless it is a draft. Answers as soon as it is on record: watch it with `GET` or
   * its events. Where its `startAt` lies ahead, or its account has `undoSeconds`, it is scheduled. With `draft: true`,
   * anything but `appid` may be left out or wrong: it is stored, and `faults` tells what is in the way of a start.
   */
  @Operation('createBroadcast', {
    example: { ...EXAMPLE_MESSAGE, audience: { kind: 'all' } },
    400: ['fields_or_content', 'openids_invalid'],
    404: ['account_not_found'],
    413: ['draft_too_large'],
    409: [
      ...AUDIENCE_CONFLICTS,
      'confirm_required',
      'preflight_blocked',
      'preflight_required',
      'preflight_stale',
    ],
    422: [...COMPOSE_CODES, 'start_at_out_of_range'],
  })
  @Post()
  @TakesLists(OPENID_LISTS)
  @HttpCode(202)
  @Needs('broadcast.edit')
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @ApiBody({ type: CreateBroadcastDto })
  async create(
    @Body() request: object,
    @Headers('idempotency-key') key: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<WarnedBroadcastView> {
    const created = isDraft(request)
      ? await this.#drafts.create(request, key)
      : await this.#creation.create(request, key);
    return await this.#created(created, reply);
  }

  /**
   * Sends a test to a few openids, at once. The same body with `openids`, up to 20, in place of the audience; lists
   * leave it out unless `purpose=test` asks for it. Where `broadcastId` names the broadcast that it tries, that one tells
   * by `test` whether its message is still what was tried.
   */
  @Operation('testBroadcast', {
    example: { ...EXAMPLE_MESSAGE, openids: [EXAMPLE_OPENID] },
    400: ['fields_or_content', 'openids_invalid'],
    404: ['account_not_found', 'broadcast_not_found'],
    422: [...COMPOSE_CODES, 'start_at_out_of_range'],
  })
  @Post('test')
  @HttpCode(202)
  @Needs('broadcast.test')
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  async test(
    @Body() request: TestBroadcastDto,
    @Headers('idempotency-key') key: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<WarnedBroadcastView> {
    return await this.#created(await this.#creation.createTest(request, key), reply);
  }

  /**
   * Lists the broadcasts, newest first. Rows are light: `expand` adds to them. A filter may leave pages short or empty:
   * go on while there is a `next`.
   */
  @Operation('listBroadcasts', { 400: ['cursor_invalid'], 404: ['account_not_found'] })
  @Get()
  @Needs('broadcast.read')
  async list(@Query() query: BroadcastListQuery): Promise<BroadcastPageView> {
    const scope = await this.#scopes.of('broadcast.read', query.appid);
    const { items, next } = await this.#broadcastList.page(query, scope);
    return { items: await this.#answers.rows(items, query.expand), next };
  }

  /**
   * Shows a broadcast. How far it is, what holds it, when it will be through, and what WeChat refused. The header
   * `ETag` is its `etag`.
   */
  @Operation('getBroadcast')
  @Get(':id')
  @Needs('broadcast.read')
  show(
    @Param('id', BroadcastIdPipe) id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<WarnedBroadcastView> {
    return this.#answers.with(id, reply);
  }

  /**
   * Changes a broadcast. Before the start anything may change; while it runs, `sendsPerSecond` and `sendHours`. What
   * is left out stays, null removes. With `If-Match`, only what has not changed since it was read does: else 412
   * `revision_stale`, with the present broadcast as `current`. As `application/merge-patch+json`,
   * `fields` is merged into the fields that there are. A draft takes whatever fits into one, and tells its `faults`.
   */
  @Operation('changeBroadcast', {
    example: { sendsPerSecond: 50 },
    400: ['fields_or_content', 'openids_invalid'],
    409: [
      'audience_frozen',
      'changed_meanwhile',
      'confirm_required',
      ...AUDIENCE_CONFLICTS,
      'preflight_blocked',
      'preflight_required',
      'preflight_stale',
      'transition_not_allowed',
    ],
    413: ['draft_too_large'],
    422: [...COMPOSE_CODES, 'start_at_out_of_range', 'start_at_required'],
  })
  @Patch(':id')
  @TakesLists(OPENID_LISTS, { mergePatch: true })
  @Needs('broadcast.edit')
  @ApiBody({ type: ChangeBroadcastDto })
  @ApiConsumes('application/json', 'application/merge-patch+json')
  @ApiHeader({ name: 'If-Match', required: false })
  async change(
    @Param('id', BroadcastIdPipe) id: string,
    @Body() change: object,
    @Headers('if-match') ifMatch: string | undefined,
    @Headers('content-type') type: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<WarnedBroadcastView> {
    const how = { seen: seenIn(ifMatch), merge: isMergePatch(type) };
    await this.#answers.orCurrent(id, () => this.#changes.change(id, change, how));
    return await this.#answers.with(id, reply);
  }

  #created({ id, replayed }: Creation, reply: FastifyReply): Promise<WarnedBroadcastView> {
    if (replayed) reply.header('Idempotent-Replayed', 'true');
    return this.#answers.with(id, reply);
  }
}
