import { Module } from '@nestjs/common';
import { TokenModule } from '../token/token.module.js';
import { MessageChannels } from './message-channels.js';
import { TemplateChannel } from './template-channel.js';

@Module({
  imports: [TokenModule],
  providers: [TemplateChannel, MessageChannels],
  exports: [MessageChannels],
})
export class ChannelsModule {}
