import { Module } from '@nestjs/common';
import { MetricsModule } from '../metrics/metrics.module.js';
import { CallbackRoutes } from './callback.routes.js';
import { WechatAuthModule } from './wechat-auth.module.js';

/** The endpoint itself; for the role `callback`. */
@Module({ imports: [WechatAuthModule, MetricsModule], providers: [CallbackRoutes] })
export class WechatAuthApiModule {}
