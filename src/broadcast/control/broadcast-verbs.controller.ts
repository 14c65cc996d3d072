import { Controller, Delete, HttpCode, HttpStatus, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Needs } from '../../access/needs.decorator.js';
import { BroadcastIdPipe } from '../compose/broadcast-id.pipe.js';
import { BroadcastStart } from './broadcast-start.service.js';
import type { WarnedBroadcastView } from '../progress/broadcast-view.dto.js';
import { BroadcastControl } from './broadcast-control.service.js';
import { WarnedBroadcasts } from '../progress/warned-broadcasts.js';

@ApiTags('broadcasts')
@Controller('v1/broadcasts/:id')
export class BroadcastVerbsController {
  readonly #starts: BroadcastStart;
  readonly #broadcasts: BroadcastControl;
  readonly #views: WarnedBroadcasts;

  constructor(starts: BroadcastStart, broadcasts: BroadcastControl, views: WarnedBroadcasts) {
    this.#starts = starts;
    this.#broadcasts = broadcasts;
    this.#views = views;
  }

  /** A draft starts, or is scheduled where its `startAt` lies ahead; a scheduled one starts now. */
  @Post('start')
  @Needs('broadcast.send')
  @HttpCode(200)
  async start(@Param('id', BroadcastIdPipe) id: string): Promise<WarnedBroadcastView> {
    await this.#starts.start(id);
    return await this.#views.requireView(id);
  }

  @Post('pause')
  @Needs('broadcast.stop')
  @HttpCode(200)
  async pause(@Param('id', BroadcastIdPipe) id: string): Promise<WarnedBroadcastView> {
    await this.#broadcasts.pause(id);
    return await this.#views.requireView(id);
  }

  /** Lifts the holds that wait for a person. */
  @Post('resume')
  @Needs('broadcast.send')
  @HttpCode(200)
  async resume(@Param('id', BroadcastIdPipe) id: string): Promise<WarnedBroadcastView> {
    await this.#broadcasts.resume(id);
    return await this.#views.requireView(id);
  }

  /** Ends it for good: whoever has not been sent to will not be. */
  @Post('cancel')
  @Needs('broadcast.stop')
  @HttpCode(200)
  async cancel(@Param('id', BroadcastIdPipe) id: string): Promise<WarnedBroadcastView> {
    await this.#broadcasts.cancel(id);
    return await this.#views.requireView(id);
  }

  /** A draft goes, with its audience and its history; anything else stays (409). */
  @Delete()
  @Needs('broadcast.send')
  @HttpCode(HttpStatus.NO_CONTENT)
  async delete(@Param('id', BroadcastIdPipe) id: string): Promise<void> {
    await this.#broadcasts.delete(id);
  }
}
