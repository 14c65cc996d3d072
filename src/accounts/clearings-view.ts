import { ApiProperty } from '@nestjs/swagger';
import type { ClearingsHealth } from './account-health.js';

/** How often WeChat's counts were set back to zero this month. */
export class QuotaClearingsView implements ClearingsHealth {
  @ApiProperty({ description: 'As far as we know.' })
  readonly used!: number;
  @ApiProperty({ description: 'At most: other systems of the account may have cleared, too.' })
  readonly left!: number;
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  readonly clearedAt!: Date | null;
  @ApiProperty({ type: String, format: 'date-time', description: 'When there are ten again.' })
  readonly renewsAt!: Date;
}
