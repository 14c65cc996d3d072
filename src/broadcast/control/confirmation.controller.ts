import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Needs } from '../../access/needs.decorator.js';
import { Operation } from '../../http/openapi/operation.decorator.js';
import { BroadcastIdPipe } from '../compose/broadcast-id.pipe.js';
import { AUDIENCE_CONFLICTS, COMPOSE_CODES } from '../compose/compose-refusals.js';
import { ConfirmationDto, type ConfirmationView } from './confirmation.dto.js';
import { Confirming } from './confirming.js';

@ApiTags('broadcasts')
@Controller('v1/broadcasts/:id/confirmation')
export class ConfirmationController {
  readonly #confirming: Confirming;

  constructor(confirming: Confirming) {
    this.#confirming = confirming;
  }

  /**
   * Shows what a start would do, and gives a token for it. The token goes into the start as `confirm`, within five
   * minutes, once; above the account's `confirmAbove` a start needs one. Where `type` is not null, it has to be typed, and
   * goes beside it as `typed`. After a change of the broadcast or its template the token is refused (409 `confirm_stale`).
   */
  @Operation('confirmBroadcast', {
    example: { verb: 'start' },
    409: ['changed_meanwhile', ...AUDIENCE_CONFLICTS, 'transition_not_allowed'],
    422: [...COMPOSE_CODES, 'draft_incomplete'],
  })
  @Post()
  @Needs('broadcast.send')
  @HttpCode(200)
  confirm(
    @Param('id', BroadcastIdPipe) id: string,
    @Body() { verb }: ConfirmationDto,
  ): Promise<ConfirmationView> {
    return this.#confirming.ask(id, verb);
  }
}
