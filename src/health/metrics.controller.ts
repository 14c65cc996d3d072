import { Controller, Get, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Role } from '../access/role.decorator.js';
import { Metrics } from '../metrics/metrics.js';

@ApiExcludeController()
@Controller('metrics')
export class MetricsController {
  readonly #metrics: Metrics;

  constructor(metrics: Metrics) {
    this.#metrics = metrics;
  }

  /** Prometheus's text format. A scraper needs no more than a viewer's key. */
  @Get()
  @Role('viewer')
  async expose(@Res() reply: FastifyReply): Promise<void> {
    const text = await this.#metrics.expose();
    void reply.type(this.#metrics.registry.contentType).send(text);
  }
}
