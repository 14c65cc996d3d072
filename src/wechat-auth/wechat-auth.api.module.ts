import { Module } from '@nestjs/common';
import { MetricsModule } from '../metrics/metrics.module.js';
import { HandshakeRoutes } from './handshake.routes.js';
import { PushListener } from './push.listener.js';
import { WechatAuthModule } from './wechat-auth.module.js';

/** The endpoint itself; for the role `callback`. */
@Module({ imports: [WechatAuthModule, MetricsModule], providers: [HandshakeRoutes, PushListener] })
export class WechatAuthApiModule {}
