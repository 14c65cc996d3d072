import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsIn, IsOptional, IsString, Length, Matches } from 'class-validator';
import { expects } from '../../http/rule-words.js';
import { PageQuery } from '../../http/cursor.js';
import { PRINTABLE_ASCII } from '../../http/member-rules.js';
import { ARCHIVED, type Archived } from './shown/archived.js';
import { SHOWN, type ShownName } from './shown/shown.js';
import { SHOWN_STATES, type ShownState } from './shown-state.js';

export const PURPOSES = ['broadcast', 'test', 'single'] as const;
export type Purpose = (typeof PURPOSES)[number];

export const SORTS = ['created', 'start'] as const;
export type Sort = (typeof SORTS)[number];

/** Parts of a list's row that are left out unless asked for. */
export const EXPANSIONS = [
  'message',
  'settings',
  'holds',
  'errors',
  'quota',
  'warnings',
  'can',
] as const;
export type Expansion = (typeof EXPANSIONS)[number];

const DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)$/;
const INSTANT = expects(
  '应为带时区偏移的 ISO 8601 时间，如 2026-12-01T09:00:00+08:00',
  'expected ISO 8601 with an offset, such as 2026-12-01T09:00:00+08:00',
);

export class BroadcastListQuery extends PageQuery {
  /** Only of this account. */
  @IsOptional()
  @IsString()
  @Length(1, 64)
  @Matches(PRINTABLE_ASCII, expects('只能含可打印的 ASCII 字符', 'appid must be printable ASCII'))
  appid?: string;

  /** For scripts; people look for `shown`. */
  @IsOptional()
  @IsIn(SHOWN_STATES)
  state?: ShownState;

  /** How a page shows it: by every fact that there is, as in `shown.state`. */
  @ApiPropertyOptional({ enum: SHOWN })
  @IsOptional()
  @IsIn(SHOWN)
  shown?: ShownName;

  /** Of this template. */
  @IsOptional()
  @IsString()
  @Length(1, 64)
  @Matches(PRINTABLE_ASCII, expects('只能含可打印的 ASCII 字符', 'it must be printable ASCII'))
  templateId?: string;

  /** Text that its name has somewhere, in small or capital letters. */
  @IsOptional()
  @IsString()
  @Length(1, 100)
  @Matches(/^[^\0]*$/, expects('不能含 NUL', 'it must not have a NUL'))
  name?: string;

  /** Who made it: `operator:12` or `key:3`, as in `createdBy`. */
  @IsOptional()
  @Matches(
    /^(operator|key):\d{1,9}$/,
    expects('应为 operator:12 或 key:3', 'expected operator:12 or key:3'),
  )
  createdBy?: string;

  /** Made at this moment or later: ISO 8601 with an offset. */
  @IsOptional()
  @Matches(DATE, INSTANT)
  createdFrom?: string;

  /** Made before this moment: ISO 8601 with an offset. */
  @IsOptional()
  @Matches(DATE, INSTANT)
  createdTo?: string;

  /** `start` leaves out what has no start yet and is not scheduled. The latest comes first. */
  @ApiPropertyOptional({ enum: SORTS, default: 'created' })
  @IsOptional()
  @IsIn(SORTS)
  sort: Sort = 'created';

  /** Test and single messages are left out unless asked for. */
  @IsOptional()
  @IsIn(PURPOSES)
  purpose: Purpose = 'broadcast';

  /** Archived ones are left out unless asked for: `true` shows them alone, `any` all alike. */
  @ApiPropertyOptional({ enum: ARCHIVED, default: 'false' })
  @IsOptional()
  @IsIn(ARCHIVED)
  archived: Archived = 'false';

  /** Parts that rows have only if asked for, separated by commas. */
  @ApiPropertyOptional({ enum: EXPANSIONS, isArray: true })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' ? value.split(',') : value,
  )
  @IsIn(EXPANSIONS, { each: true })
  expand: Expansion[] = [];
}
