import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  IsInt,
  IsNumber,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import { DiffersFrom, HasOneOf, IsZone, TIME_OF_DAY } from '../http/member-rules.js';
import { expects } from '../http/rule-words.js';
import {
  canaryOf,
  hoursOf,
  type PolicyCanary,
  type PolicyChange,
  type PolicyContactCap,
  type PolicyHours,
  type PolicyInForce,
} from './account-policy.js';

/** More than follow any account. */
const MOST_RECIPIENTS = 1_000_000_000;

/** Hours of the day; from 22:00 to 06:00 is over midnight. */
export class PolicyHoursDto {
  /** The first minute, `08:00`. */
  @IsString()
  @Matches(TIME_OF_DAY, expects('应为时刻，如 08:00', 'from must be a time of day, such as 08:00'))
  from!: string;

  /** Nothing is sent from then on, `21:00`. */
  @IsString()
  @Matches(TIME_OF_DAY, expects('应为时刻，如 21:00', 'to must be a time of day, such as 21:00'))
  @DiffersFrom('from')
  to!: string;

  /** Whose time of day it is, by its IANA name; `Asia/Shanghai` where it is left out. */
  @IsOptional()
  @IsZone()
  zone?: string | null;
}

/** How many receive a broadcast before the others: one of the two members. */
export class PolicyCanaryDto {
  /** People, 1 to 10,000. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(10_000)
  first?: number | null;

  /** Percent of all recipients, 0.1 to 50. */
  @IsOptional()
  @IsNumber({ maxDecimalPlaces: 2 })
  @Min(0.1)
  @Max(50)
  percent?: number | null;
}

/** Whoever has got `n` messages of the account in `days` days is left out of its broadcasts. */
export class PolicyContactCapDto {
  /** Messages, 1 to 100. */
  @IsInt()
  @Min(1)
  @Max(100)
  n!: number;

  /** Times of 24 hours, 1 to 90. */
  @IsInt()
  @Min(1)
  @Max(90)
  days!: number;
}

/** What the account asks of its broadcasts. What is left out stays; null is the default, which is off. */
export class AccountPolicyDto {
  /** A start for more recipients needs a confirmation (`POST /v1/broadcasts/:id/confirmation`). Default: never. */
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(MOST_RECIPIENTS)
  confirmAbove?: number | null;

  /** Seconds for which a start can be undone, before anything goes out; 0 to 300. Default: 0. */
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(300)
  undoSeconds?: number | null;

  /** The send hours of broadcasts that name none. Default: all day. */
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => PolicyHoursDto)
  sendHours?: PolicyHoursDto | null;

  /** The canary of broadcasts that name none. Default: no canary. */
  @IsOptional()
  @IsObject()
  @HasOneOf('first', 'percent')
  @ValidateNested()
  @Type(() => PolicyCanaryDto)
  canary?: PolicyCanaryDto | null;

  /** A start for more recipients needs a preflight of the very same without blockers. Default: never. */
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(MOST_RECIPIENTS)
  preflightAbove?: number | null;

  /** How many messages one person gets at most; tests and single messages go out all the same, and count. Default: any number. */
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => PolicyContactCapDto)
  contactCap?: PolicyContactCapDto | null;
}

/** Hours of the day; from 22:00 to 06:00 is over midnight. */
export class PolicyHoursView implements PolicyHours {
  readonly from!: string;
  readonly to!: string;
  readonly zone!: string;
}

/** One of the two members. */
class PolicyCanaryView {
  readonly first?: number;
  readonly percent?: number;
}

/** At most `n` messages to one person in `days` days. */
export class PolicyContactCapView implements PolicyContactCap {
  readonly n!: number;
  readonly days!: number;
}

/** The policy in force: every member, as it was set or by default. */
export class AccountPolicyView implements PolicyInForce {
  readonly confirmAbove!: number | null;
  readonly undoSeconds!: number;
  readonly sendHours!: PolicyHoursView | null;
  @ApiProperty({ type: PolicyCanaryView, nullable: true })
  readonly canary!: PolicyCanary | null;
  readonly preflightAbove!: number | null;
  readonly contactCap!: PolicyContactCapView | null;
}

/** The members that a request names. */
export const policyChangeOf = ({
  sendHours,
  canary,
  contactCap,
  ...plain
}: AccountPolicyDto): PolicyChange => ({
  ...plain,
  ...(sendHours !== undefined && { sendHours: sendHours && hoursOf(sendHours) }),
  ...(canary !== undefined && { canary: canary && canaryOf(canary) }),
  ...(contactCap !== undefined && {
    contactCap: contactCap && { n: contactCap.n, days: contactCap.days },
  }),
});
