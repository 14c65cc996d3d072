import { Module } from '@nestjs/common';
import { PretendedWechats } from './pretended-wechats.js';
import { WechatTransport } from './wechat.transport.js';

@Module({
  providers: [WechatTransport, PretendedWechats],
  exports: [WechatTransport, PretendedWechats],
})
export class WechatModule {}
