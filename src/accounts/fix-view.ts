import { ApiProperty } from '@nestjs/swagger';
import { NoticeView } from '../http/warning-view.js';
import type { Fix } from './account-fixes.js';

/** What a person does about it. */
export class FixView extends NoticeView implements Fix {
  @ApiProperty({ description: 'WeChat’s page for it, where there is one.', required: false })
  url?: string;
  @ApiProperty({
    description: 'The call of ours that does it, where there is one.',
    required: false,
  })
  call?: string;
}
