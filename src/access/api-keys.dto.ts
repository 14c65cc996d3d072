import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsDate,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Length,
  Matches,
  Max,
  Min,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { expects } from '../http/rule-words.js';
import { ROLES, type Role } from './permissions.js';

/** Who has more grants than this is given all accounts. */
const MOST_APPIDS = 1_000;
const MOST_GRANTS = 10;

/** A role, and where it is held. */
export class KeyGrantDto {
  /** The accounts; null for all of them, those to come included. */
  @ApiProperty({ type: [String], nullable: true, example: ['wx0123456789abcdef'] })
  @ValidateIf((grant: KeyGrantDto) => grant.appids !== null)
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MOST_APPIDS)
  @ArrayUnique()
  @IsString({ each: true })
  @Length(1, 64, { each: true })
  @Matches(/^[\x21-\x7e]*$/, {
    each: true,
    ...expects('应为公众号的 appid', 'expected the appid of an account'),
  })
  appids!: string[] | null;

  /** What may be done there: `viewer`, `editor`, `sender`, `admin` or `support`. */
  @ApiProperty({ enum: ROLES })
  @IsIn(ROLES)
  role!: Role;
}

export class CreateApiKeyDto {
  /** By which people know it, and the audit too: unique, those of revoked keys included. 1 to 100 characters. */
  @IsString()
  @Length(1, 100)
  @Matches(/^\P{Cc}+$/u, expects('不能含控制字符', 'no control characters'))
  name!: string;

  /** What it may do, and on which accounts: no more than whoever makes it. */
  @ApiProperty({ type: [KeyGrantDto] })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MOST_GRANTS)
  @ValidateNested({ each: true })
  @Type(() => KeyGrantDto)
  grants!: KeyGrantDto[];

  /** When it ends by itself; left out or null: never. */
  @ApiPropertyOptional({ type: String, format: 'date-time', nullable: true })
  @IsOptional()
  @Type(() => Date)
  @IsDate()
  expiresAt?: Date | null;
}

export class RotateApiKeyDto {
  /** For how many seconds the key from before stays good beside the new one, 0 to 604800 (7 days). */
  @ApiPropertyOptional({ type: 'integer', minimum: 0, maximum: 604_800, default: 86_400 })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(604_800)
  overlapSeconds: number = 86_400;
}

/** Who did something, as told at that time. */
export class MakerView {
  /** `operator`, `key` or `system`. */
  kind!: string;
  id?: number;
  name!: string;
}

export class KeyGrantView {
  /** The accounts; null for all of them, those to come included. */
  @ApiProperty({ type: [String], nullable: true })
  appids!: string[] | null;

  @ApiProperty({ enum: ROLES })
  role!: Role;
}

export class ApiKeyView {
  id!: number;

  name!: string;

  /** The first characters of the key, to know it again by; null where it was made without a record of them. */
  prefix!: string | null;

  @ApiProperty({ type: [KeyGrantView] })
  grants!: KeyGrantView[];

  /** The key that the installation began with. */
  bootstrap!: boolean;

  /** Who made it; null for the bootstrap key and those of before. */
  @ApiProperty({ type: MakerView, nullable: true })
  madeBy!: MakerView | null;

  createdAt!: Date;

  /** When it ends by itself; null for never. */
  expiresAt!: Date | null;

  /** To the minute; null for never. */
  lastUsedAt!: Date | null;

  /** After a rotation: until when the key from before is good, too; null where there is none. */
  formerUntil!: Date | null;
}

export class NewApiKeyView extends ApiKeyView {
  /** The key itself, told this once: only its hash is kept. */
  key!: string;
}

export class ApiKeyPageView {
  @ApiProperty({ type: [ApiKeyView] })
  items!: ApiKeyView[];

  /** `after` of the next page; null at the end. */
  next!: string | null;
}
