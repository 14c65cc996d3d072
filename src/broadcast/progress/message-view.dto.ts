import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { MessageContent } from '../../wechat/message-channel.js';

/** What everybody receives, and through which of WeChat's APIs. */
export class MessageView {
  channel!: string;
  templateId!: string;
  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' } })
  fields!: Readonly<Record<string, string>>;
  url?: string;
  @ApiPropertyOptional({ type: 'object', additionalProperties: true })
  miniprogram?: MessageContent['miniprogram'];
  page?: string;
  miniprogramState?: string;
  lang?: string;
  scene?: string;
  title?: string;
  emphasisKeyword?: string;
}
