import { Module } from '@nestjs/common';
import { WechatTransport } from './wechat.transport.js';

@Module({ providers: [WechatTransport], exports: [WechatTransport] })
export class WechatModule {}
