import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { NoticeView } from '../http/warning-view.js';
import type { AccountFault } from './account.js';

/** Why nothing of an account can be sent until a person has put something right. */
export class AccountFaultView extends NoticeView implements AccountFault {
  @ApiProperty({ type: 'integer', nullable: true, description: 'What WeChat answered.' })
  readonly errcode!: number | null;
  @ApiProperty({
    type: 'string',
    nullable: true,
    description: "WeChat's id of the refused request.",
  })
  readonly rid!: string | null;
  @ApiProperty({ description: 'Both languages in one, for scripts.' })
  readonly message!: string;
  @ApiPropertyOptional({
    description: 'Our address as WeChat saw it, where the whitelist is the fault.',
  })
  readonly ip?: string;
  @ApiProperty()
  readonly since!: string;
}
