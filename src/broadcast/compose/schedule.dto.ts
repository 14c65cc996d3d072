import { ApiProperty } from '@nestjs/swagger';
import {
  Equals,
  IsInt,
  IsNumber,
  IsOptional,
  IsString,
  Length,
  Matches,
  Max,
  Min,
} from 'class-validator';
import { expects } from '../../http/rule-words.js';
import { DiffersFrom, IsZone, STORABLE, TIME_OF_DAY } from '../../http/member-rules.js';

/** The hours of the day at which it sends; from 22:00 to 06:00 is over midnight. */
export class SendHoursDto {
  /** `09:00`; the first minute. */
  @IsString()
  @Matches(TIME_OF_DAY, expects('应为时刻，如 09:00', 'from must be a time of day, such as 09:00'))
  from!: string;

  /** `21:00`; nothing is sent from then on. */
  @IsString()
  @Matches(TIME_OF_DAY, expects('应为时刻，如 21:00', 'to must be a time of day, such as 21:00'))
  @DiffersFrom('from')
  to!: string;

  /** Whose time of day it is; `Asia/Shanghai` where it is left out. */
  @IsOptional()
  @IsZone()
  zone?: string | null;
}

/** That it goes to people beyond the account's contact cap, and why. */
export class CapOverrideDto {
  /** `true`. */
  @ApiProperty({ type: 'boolean', enum: [true] })
  @Equals(true, expects('应为 true', 'ignore must be true'))
  ignore!: true;

  /** For whoever asks later, 1 to 200 characters. */
  @IsString()
  @Length(1, 200)
  @Matches(STORABLE, expects('不能含有控制字符', 'reason must not contain control characters'))
  reason!: string;
}

/** How many receive it first, before the others wait for what becomes of them. Either member. */
export class CanaryDto {
  /** So many people. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(10_000)
  first?: number | null;

  /** Percent of the whole audience. */
  @IsOptional()
  @IsNumber({ maxDecimalPlaces: 2 })
  @Min(0.1)
  @Max(50)
  percent?: number | null;
}
