import { Module } from '@nestjs/common';
import { MetricsModule } from '../metrics/metrics.module.js';
import { AccessModule } from './access.module.js';
import { LoginController } from './login.controller.js';

@Module({ imports: [AccessModule, MetricsModule], controllers: [LoginController] })
export class AccessApiModule {}
