import { Controller, Get, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Needs } from '../access/needs.decorator.js';
import { Metrics } from '../metrics/metrics.js';

@ApiExcludeController()
@Controller('metrics')
export class MetricsController {
  readonly #metrics: Metrics;

  constructor(metrics: Metrics) {
    this.#metrics = metrics;
  }

  /** Prometheus's text format. A scraper needs no more than the key of a viewer of all accounts. */
  @Get()
  @Needs('system.read', { everywhere: true })
  async expose(@Res() reply: FastifyReply): Promise<void> {
    const text = await this.#metrics.expose();
    void reply.type(this.#metrics.registry.contentType).send(text);
  }
}
