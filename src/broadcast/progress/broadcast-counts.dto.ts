import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, Length, Matches } from 'class-validator';
import { expects } from '../../http/rule-words.js';
import { PRINTABLE_ASCII } from '../../http/member-rules.js';
import { ARCHIVED, type Archived } from './shown/archived.js';
import type { ShownCount } from './broadcast-counts.js';
import { SHOWN, type ShownName } from './shown/shown.js';

export class BroadcastsOfAccountQuery {
  /** Only of this account. */
  @IsOptional()
  @IsString()
  @Length(1, 64)
  @Matches(PRINTABLE_ASCII, expects('只能含可打印的 ASCII 字符', 'appid must be printable ASCII'))
  appid?: string;

  /** Archived ones do not count unless asked for: `true` counts them alone, `any` all alike. */
  @ApiPropertyOptional({ enum: ARCHIVED, default: 'false' })
  @IsOptional()
  @IsIn(ARCHIVED)
  archived: Archived = 'false';
}

/** How many broadcasts are shown so. */
export class ShownCountView implements ShownCount {
  @ApiProperty({ enum: SHOWN })
  shown!: ShownName;
  /** At most 10,000. */
  count!: number;
  /** Whether there are more, or may be: nobody counted further. */
  more!: boolean;
}

export class BroadcastCountsView {
  /** One for each state, in the order of a broadcast's life. */
  counts!: ShownCountView[];
}
