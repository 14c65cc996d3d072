import { Module } from '@nestjs/common';
import { AwakeTime } from './awake-time.js';
import { Metrics } from './metrics.js';
import { TurnAges } from './turn-ages.js';

@Module({ providers: [Metrics, AwakeTime, TurnAges], exports: [Metrics, TurnAges] })
export class MetricsModule {}
