import { Module } from '@nestjs/common';
import { MetricsModule } from './metrics.module.js';

/** Empty: the controller stands with health, above access, whose roles it needs. */
@Module({ imports: [MetricsModule] })
export class MetricsApiModule {}
