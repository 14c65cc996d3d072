import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiBody, ApiTags } from '@nestjs/swagger';
import { Needs } from '../../access/needs.decorator.js';
import { TakesLists } from '../../http/body-bounds.js';
import { Operation } from '../../http/openapi/operation.decorator.js';
import { BroadcastIdPipe } from '../compose/broadcast-id.pipe.js';
import { CreateBroadcastDto } from '../compose/broadcast.dto.js';
import { COMPOSE_CODES, EXAMPLE_MESSAGE } from '../compose/compose-refusals.js';
import { OPENID_LISTS } from '../compose/openid-lists.js';
import { VerbDto } from '../control/verbs.dto.js';
import { PreflightIdPipe } from './preflight-id.pipe.js';
import { PreflightViews } from './preflight-views.js';
import type { PreflightView } from './preflight.dto.js';
import { Preflights } from './preflights.service.js';

@ApiTags('broadcasts')
@Controller('v1/broadcasts')
@Needs('broadcast.read')
export class PreflightsController {
  readonly #preflights: Preflights;
  readonly #views: PreflightViews;

  constructor(preflights: Preflights, views: PreflightViews) {
    this.#preflights = preflights;
    this.#views = views;
  }

  /**
   * Looks at a broadcast before it is one. The body is that of `POST /v1/broadcasts`; a worker walks its audience to the
   * last person, and `GET` tells how far it is. Asked twice for the same while the first is under way, there is one walk.
   * Where an account wants a preflight, the broadcast is then made of the very same body with its id as `preflightId`.
   */
  @Operation('preflightBody', {
    example: { ...EXAMPLE_MESSAGE, audience: { kind: 'all' } },
    400: ['fields_or_content', 'openids_invalid'],
    404: ['account_not_found'],
    409: ['followers_not_synced'],
    422: [...COMPOSE_CODES, 'start_at_out_of_range'],
  })
  @Post('preflight')
  @TakesLists(OPENID_LISTS)
  @HttpCode(202)
  @Needs('broadcast.edit')
  @ApiBody({ type: CreateBroadcastDto })
  async ofBody(@Body() body: object): Promise<PreflightView> {
    return this.#views.of(await this.#preflights.ofBody(body));
  }

  /** Shows a preflight. Blockers, warnings, plan and times are by what is known now; the counts are of `asOf`. */
  @Operation('getPreflight', { 404: ['preflight_not_found'] })
  @Get('preflight/:preflightId')
  async show(@Param('preflightId', PreflightIdPipe) id: string): Promise<PreflightView> {
    return this.#views.of(await this.#preflights.require(id));
  }

  /**
   * Looks at a broadcast before it starts. It may lack nothing (422 `draft_incomplete`). Whatever changes message,
   * audience or policy afterwards makes the answer `stale`; a name, a time or a rate does not.
   */
  @Operation('preflightBroadcast', {
    example: {},
    409: ['changed_meanwhile', 'followers_not_synced', 'preflight_too_late'],
    422: [...COMPOSE_CODES, 'draft_incomplete'],
  })
  @Post(':id/preflight')
  @HttpCode(202)
  @Needs('broadcast.edit')
  async ofBroadcast(
    @Param('id', BroadcastIdPipe) id: string,
    @Body() _body: VerbDto,
  ): Promise<PreflightView> {
    return this.#views.of(await this.#preflights.ofBroadcast(id));
  }

  /** Shows the newest preflight of a broadcast. It is the one that a start of the broadcast rests on. */
  @Operation('getNewestPreflight', { 404: ['preflight_not_found'] })
  @Get(':id/preflight')
  async newest(@Param('id', BroadcastIdPipe) id: string): Promise<PreflightView> {
    return this.#views.of(await this.#preflights.requireNewest(id));
  }

  /** Shows one of the preflights of a broadcast. As `GET /v1/broadcasts/preflight/:preflightId` does. */
  @Operation('getPreflightOfBroadcast', { 404: ['preflight_not_found'] })
  @Get(':id/preflight/:preflightId')
  async showOf(
    @Param('id', BroadcastIdPipe) id: string,
    @Param('preflightId', PreflightIdPipe) preflightId: string,
  ): Promise<PreflightView> {
    return this.#views.of(await this.#preflights.requireOf(id, preflightId));
  }
}
