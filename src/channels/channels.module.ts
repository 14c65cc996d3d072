import { Module } from '@nestjs/common';
import { MiniProgramModule } from '../mini-program/mini-program.module.js';
import { TokenModule } from '../token/token.module.js';
import { BizsendChannel } from './bizsend-channel.js';
import { MessageChannels } from './message-channels.js';
import { OneTimeChannel } from './one-time-channel.js';
import { SubscribeChannel } from './subscribe-channel.js';
import { TemplateChannel } from './template-channel.js';
import { WxopenTemplateChannel } from './wxopen-template-channel.js';

@Module({
  imports: [MiniProgramModule, TokenModule],
  providers: [
    TemplateChannel,
    SubscribeChannel,
    BizsendChannel,
    OneTimeChannel,
    WxopenTemplateChannel,
    MessageChannels,
  ],
  exports: [MessageChannels],
})
export class ChannelsModule {}
