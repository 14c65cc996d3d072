import { Controller, Get, HttpStatus, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { type Readiness, ReadinessService } from './readiness.service.js';

@ApiTags('health')
@Controller('health')
export class HealthController {
  readonly #readiness: ReadinessService;

  constructor(readiness: ReadinessService) {
    this.#readiness = readiness;
  }

  /** The process runs; whether it can work is another question. */
  @Get('live')
  live(): { status: 'live' } {
    return { status: 'live' };
  }

  /** 503 while something is away that this process's roles need. */
  @Get(['', 'ready'])
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<Readiness> {
    const readiness = await this.#readiness.check();
    if (readiness.status !== 'ready') reply.code(HttpStatus.SERVICE_UNAVAILABLE);
    return readiness;
  }
}
