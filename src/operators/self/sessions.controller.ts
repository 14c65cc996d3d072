import { Controller, Delete, Get, HttpCode, HttpStatus, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Needs } from '../../access/needs.decorator.js';
import { requireCaller } from '../../access/require-caller.js';
import { Operation } from '../../http/openapi/operation.decorator.js';
import { SessionEnding } from './session-ending.service.js';
import { type SessionListView, SessionsQuery, toSessionView } from './sessions.dto.js';

@ApiTags('me')
@Controller('v1/sessions')
@Needs('self')
export class SessionsController {
  readonly #sessions: SessionEnding;

  constructor(sessions: SessionEnding) {
    this.#sessions = sessions;
  }

  /**
   * Lists open sessions, the latest first. They are your own, or with `operator` those of somebody whom you manage; at
   * most 200.
   */
  @Get()
  @Operation('listSessions', { 404: ['operator_not_found'] })
  async list(@Query() { operator }: SessionsQuery): Promise<SessionListView> {
    const caller = requireCaller();
    const sessions = await this.#sessions.list(caller, operator);
    return { items: sessions.map((each) => toSessionView(each, caller.viaSession?.id)) };
  }

  /** Ends all your sessions but the one that asks. With an API key: all that were opened with it. */
  @Delete()
  @Operation('endMyOtherSessions')
  @HttpCode(HttpStatus.NO_CONTENT)
  async endOthers(): Promise<void> {
    await this.#sessions.endOthers(requireCaller());
  }

  /** Ends a session. It is your own, or one of an operator whom you manage. */
  @Delete(':id')
  @Operation('endSession', { 404: ['session_not_found'] })
  @HttpCode(HttpStatus.NO_CONTENT)
  async end(@Param('id') id: string): Promise<void> {
    await this.#sessions.end(requireCaller(), id);
  }
}
