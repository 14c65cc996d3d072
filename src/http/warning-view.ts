import { ApiProperty } from '@nestjs/swagger';
import type { Notice, Warning } from '../kernel/warning.js';

/** Words for people, and what a page needs to say them in its own way. */
export class NoticeView implements Notice {
  @ApiProperty()
  code!: string;
  @ApiProperty({ type: 'object', additionalProperties: true })
  params!: Readonly<Record<string, string | number>>;
  @ApiProperty()
  zh!: string;
  @ApiProperty()
  en!: string;
}

/** Something that went ahead all the same, and that somebody should know. */
export class WarningView extends NoticeView implements Warning {
  @ApiProperty({ description: 'The member of the request that it is about.' })
  path!: string;
  @ApiProperty({ description: 'Both languages in one, for scripts.' })
  message!: string;
}
