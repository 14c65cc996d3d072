import { Controller, Get, HttpStatus, Res } from '@nestjs/common';
import { ApiServiceUnavailableResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Operation } from '../http/openapi/operation.decorator.js';
import { LivenessView, ReadinessView } from './health.dto.js';
import { ReadinessService } from './readiness.service.js';

@ApiTags('health')
@Controller('health')
export class HealthController {
  readonly #readiness: ReadinessService;

  constructor(readiness: ReadinessService) {
    this.#readiness = readiness;
  }

  /** Says that the process runs. Whether it can work is another question: ask `/health/ready`. */
  @Operation('getLiveness')
  @Get('live')
  live(): LivenessView {
    return { status: 'live' };
  }

  /** Says whether this process can work. Answers 503, with the reasons, while something is away that its roles need. */
  @Operation('getReadiness')
  @ApiServiceUnavailableResponse({ type: ReadinessView, description: 'It cannot work now.' })
  @Get('ready')
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<ReadinessView> {
    const readiness = await this.#readiness.check();
    if (readiness.status !== 'ready') reply.code(HttpStatus.SERVICE_UNAVAILABLE);
    return readiness;
  }

  /** The same as `/health/ready`. For tools that look at the shorter address. */
  @Operation('getHealth')
  @ApiServiceUnavailableResponse({ type: ReadinessView, description: 'It cannot work now.' })
  @Get()
  health(@Res({ passthrough: true }) reply: FastifyReply): Promise<ReadinessView> {
    return this.ready(reply);
  }
}
